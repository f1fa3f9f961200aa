// What the console calls things.

export const PATHS = {
  "*": "下一次调用，不论哪一步",
  "/cgi-bin/stable_token": "取凭证",
  "/cgi-bin/media/uploadimg": "上传正文图片",
  "/cgi-bin/material/add_material": "上传封面",
  "/cgi-bin/draft/add": "建草稿",
  "/cgi-bin/draft/batchget": "查草稿箱",
  "/cgi-bin/message/mass/sendall": "群发",
  "/cgi-bin/message/mass/get": "查群发结果",
  "/cgi-bin/message/mass/speed/get": "试探群发权限",
  "/cgi-bin/freepublish/submit": "发布",
  "/cgi-bin/freepublish/get": "查发布结果",
  "/cgi-bin/freepublish/batchget": "查已发布列表",
  "/cgi-bin/message/custom/send": "客服消息",
};

export const KINDS = {
  timeout_before: "超时，平台没有处理",
  timeout_after: "超时，平台其实办了",
  lost_before: "断线，平台没有收到",
  lost_after: "断线，平台其实办了",
  http_502: "网关报错，平台没有收到",
  http_502_after: "网关报错，平台其实办了",
  truncated: "回执只到一半，平台其实办了",
  "errcode:-1": "系统繁忙（-1）",
  "errcode:40001": "凭证无效（40001）",
  "errcode:42001": "凭证过期（42001）",
  "errcode:40164": "服务器不在白名单（40164）",
  "errcode:45009": "今天的调用次数用完（45009）",
  "errcode:45028": "群发次数用完（45028）",
  "errcode:48001": "没有这项权限（48001）",
};

// What may go wrong after the platform took it: the call succeeds, its result does not. By the kind of send.
export const RESULTS = {
  mass: {
    name: "群发之后的结果",
    ends: {
      "err(20001)": "审核没有通过（20001）", "err(30003)": "被判为转载，没有发出（30003）",
      "err(40001)": "管理员没有同意（40001）", "err(40002)": "管理员 30 分钟没有确认（40002）", "send fail": "发送失败",
    },
  },
  publish: {
    name: "发布之后的结果",
    ends: { 2: "原创声明没有通过", 3: "没有发布成", 4: "平台审核没有通过", 5: "发布后又被删除", 6: "发布后被平台封禁" },
  },
};

/** Why a send came to another end than success. */
export const endName = (kind, outcome) => RESULTS[kind]?.ends[outcome] ?? `平台没有发出：${outcome}`;

// Only scripts ask for these, but what is waiting must have a name.
const OTHER_KINDS = { hold_before: "扣住，不处理", hold_after: "办完后扣住" };

export const pathName = (path) => PATHS[path] ?? path;
export const kindName = (kind) => KINDS[kind] ?? OTHER_KINDS[kind] ?? kind.replace(/^errcode:(-?\d+)$/, "平台报错（$1）");

export const SENT_AS = { mass: "群发", publish: "发布", custom: "客服消息", preview: "预览" };

export const SENT_STATE = {
  waiting: { word: "▲ 等同意", look: "going" },
  "in progress": { word: "○ 发送中", look: "going" }, done: { word: "✓ 已发出", look: "done" }, failed: { word: "✕ 失败", look: "failed" },
};
