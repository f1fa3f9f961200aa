// The box's clock, always shown in Asia/Shanghai, wherever the browser thinks it is.

const SHANGHAI_MS = 8 * 3600 * 1000; // no summer time since 1991
const DAY_MS = 24 * 3600 * 1000;
const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const two = (number) => String(number).padStart(2, "0");

let ahead_ms = 0;

export const setBoxClock = (iso) => { ahead_ms = Date.parse(iso) - Date.now(); };
export const boxNow = () => Date.now() + ahead_ms;

function parts(ms) {
  const shifted = new Date(ms + SHANGHAI_MS);
  return {
    day: Math.floor((ms + SHANGHAI_MS) / DAY_MS), year: shifted.getUTCFullYear(),
    date: `${shifted.getUTCMonth() + 1}月${shifted.getUTCDate()}日`, weekday: WEEKDAYS[shifted.getUTCDay()],
    minute: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`, second: two(shifted.getUTCSeconds()),
  };
}

/** The three ways a moment is shown: `12月4日 周五`, `18:00`, `18:00:05`. */
export function clockFace(ms) {
  const now = parts(ms);
  return { day: `${now.date} ${now.weekday}`, minute: now.minute, second: `${now.minute}:${now.second}` };
}

/** A time as the chat shows it: today without a date, then 昨天, then the weekday, then the date. */
export function chatTime(ms, nowMs) {
  const then = parts(ms);
  const now = parts(nowMs);
  const days = now.day - then.day;
  if (days === 0) return then.minute;
  if (days === 1) return `昨天 ${then.minute}`;
  if (days > 1 && days < 7) return `${then.weekday} ${then.minute}`;
  return `${then.year === now.year ? "" : `${then.year}年`}${then.date} ${then.minute}`;
}
