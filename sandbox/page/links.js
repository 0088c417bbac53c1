/** Follows t.me links inside the page, since its Telegram is the sandbox. */

const HOSTS = ["t.me", "telegram.me"];
const TOPIC = /^\/c\/(\d+)\/(\d+)(?:\/(\d+))?$/;

/** `follow.start(payload)` or `follow.topic(chatId, thread)`; true when the link was one of ours. */
export function followTelegramLink(url, world, follow) {
  const aim = telegramAim(url, world.bot.username);
  if (!aim) return false;
  follow[aim.kind](...aim.with);
  return true;
}

function telegramAim(url, botName) {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address || !HOSTS.includes(address.hostname)) return null;
  const topic = address.pathname.match(TOPIC);
  if (topic) return { kind: "topic", with: [Number(`-100${topic[1]}`), Number(topic[2])] };
  const named = address.pathname.slice(1).toLowerCase();
  if (!botName || named !== botName.toLowerCase()) return null;
  return { kind: "start", with: [address.searchParams.get("start") ?? ""] };
}
