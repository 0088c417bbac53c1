/** Things at hand to send, so that nobody has to look for a file to try the demo. */

import { parcel, receipt } from "./picture.js";

const SIZES = "Indigo noren curtain\n85 x 150 cm, 120 g\nRod: 1.5 cm at most\n";

/** What `name` can send at a moment: `files()` promises files, `content` is what stands in none. */
export function samples(name, present) {
  return [
    { label: "Three sample photos", icon: "photo", files: () => album() },
    { label: "Sample receipt", icon: "photo", files: async () => [await receipt(name, present)] },
    { label: "Sample parcel", icon: "photo", files: async () => [await parcel()] },
    { label: "Sample document", icon: "file", files: async () => [new File([SIZES], "sizes.txt", { type: "text/plain" })] },
    { label: "Sample voice message", icon: "voice", files: async () => [Object.assign(await fetched("voice.wav"), { kind: "voice" })] },
    { label: "Sticker", icon: "smile", content: { sticker: "🎉" } },
    { label: "Location", icon: "place", content: { latitude: 52.5312, longitude: 13.3849 } },
    { label: "Poll, which a bot cannot pass on", icon: "poll", content: { poll: "Shall we?" } },
  ];
}

function album() {
  return Promise.all(["teapot.jpg", "lid.jpg", "box.jpg"].map(fetched));
}

async function fetched(name) {
  const answer = await fetch(`samples/${name}`);
  if (!answer.ok) throw new Error("The sample is not there.");
  const blob = await answer.blob();
  return new File([blob], name, { type: blob.type });
}
