"""WeChat's wire: what comes in and goes out at the webhook, and the calls to its API; the only room with wechatpy."""
