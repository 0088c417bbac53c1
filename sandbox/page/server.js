/** Speaks with the sandbox: what the page asks of it, and the stream of what happens. */

const RETRY_MS = 1000;
const SILENT = "The sandbox did not answer. Is it still running?";

export const world = () => ask("/demo/world");
export const send = (body) => post("/demo/send", body);
export const press = (body) => post("/demo/press", body);
export const edit = (body) => post("/demo/edit", body);
export const react = (body) => post("/demo/react", body);
export const topic = (body) => post("/demo/topic", body);
export const block = (body) => post("/demo/block", body);
export const person = (body) => post("/demo/person", body);
export const clock = (body) => post("/demo/clock", body);
export const fileAddress = (fileId) => `/demo/file/${encodeURIComponent(fileId)}`;

/** Upload files, several pictures as an album; `fields` with nothing in them are left out. */
export function files(fields, chosen) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  for (const file of chosen) form.append("file", file, file.name || "picture.jpg");
  return ask("/demo/files", { method: "POST", body: form });
}

function post(address, body) {
  const headers = { "Content-Type": "application/json" };
  return ask(address, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask(address, request = {}) {
  const answer = await fetch(address, request).catch(() => {
    throw new Error(SILENT);
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error ?? `The sandbox answered ${answer.status}.`);
  return body;
}

/** Follow the stream for ever: `opened` at each (re)connection, `lost` when it breaks. */
export function listen({ opened, happened, lost }) {
  const stream = new EventSource("/demo/events");
  stream.onopen = opened;
  stream.onmessage = (event) => happened(JSON.parse(event.data));
  stream.onerror = () => {
    lost();
    // The browser's own reconnecting gives up at the first refusal: begin anew ourselves.
    stream.close();
    setTimeout(() => listen({ opened, happened, lost }), RETRY_MS);
  };
  addEventListener("pagehide", () => stream.close(), { once: true });
}
