"""微科普: a content bot for the WeChat official account of a science association."""

__version__ = "0.1.0"
