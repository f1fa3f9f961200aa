// The control API of the box: JSON in, JSON out, every failure one Chinese sentence.

export class BoxError extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status; // 0: nobody answered
  }
}

export const get = (path) => call("GET", path, undefined, 8000);
export const post = (path, body = {}) => call("POST", path, body, 15000);
export const remove = (path) => call("DELETE", path, undefined, 8000);
// A round of the scheduler is run inside this call, so only the server may give up.
export const postLong = (path) => call("POST", path, {}, null);

async function call(method, path, body, timeoutMs) {
  const options = { method, headers: { Accept: "application/json" }, cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  if (timeoutMs) options.signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(path, options).catch(() => {
    throw new BoxError("微信盒子没有回应，请看看它是否还在运行。", 0);
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new BoxError(answer?.error ?? `微信盒子没有办成这件事（${response.status}）。`, response.status);
  if (answer === null) throw new BoxError("微信盒子的回应读不懂，请再试一次。", response.status);
  return answer;
}
