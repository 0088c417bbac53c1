/** Draws sample pictures: a receipt of today, and a parcel. */

const INK = "#22313f";
const PALE = "#7b8794";

export function receipt(name, present) {
  const date = present.toISOString().slice(0, 10);
  const rows = [
    ["Date", date],
    ["From", name],
    ["To", "Daiko Agency"],
    ["Method", "Bank transfer"],
    ["Status", "Completed"],
  ];
  return drawn("receipt.jpg", 720, 900, (pen) => {
    paper(pen, 720, 900);
    heading(pen, "Sample Bank", "Transfer receipt");
    rows.forEach(([name, value], at) => row(pen, 330 + at * 84, name, value));
    stamp(pen, 560, 800);
  });
}

function paper(pen, width, height) {
  pen.fillStyle = "#dfe7ee";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#ffffff";
  pen.shadowColor = "rgba(20, 40, 60, .25)";
  pen.shadowBlur = 30;
  pen.fillRect(48, 48, width - 96, height - 96);
  pen.shadowBlur = 0;
}

function heading(pen, bank, title) {
  pen.fillStyle = "#1a73bd";
  pen.fillRect(48, 48, 624, 110);
  write(pen, bank, 88, 118, "700 40px sans-serif", "#ffffff");
  write(pen, title, 88, 240, "700 46px sans-serif", INK);
}

function row(pen, y, name, value) {
  write(pen, name, 88, y, "400 28px sans-serif", PALE);
  write(pen, value, 300, y, "600 30px sans-serif", INK);
  pen.fillStyle = "#e6ebf0";
  pen.fillRect(88, y + 26, 544, 2);
}

function stamp(pen, x, y) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(-0.2);
  pen.strokeStyle = "#2f9e44";
  pen.lineWidth = 6;
  pen.strokeRect(-86, -40, 172, 70);
  write(pen, "PAID", -58, 12, "800 46px sans-serif", "#2f9e44");
  pen.restore();
}

export function parcel() {
  return drawn("parcel.jpg", 960, 720, (pen) => {
    floor(pen);
    face(pen, [[200, 300], [500, 380], [500, 640], [200, 540]], "#c08a54");
    face(pen, [[500, 380], [780, 290], [780, 530], [500, 640]], "#a97543");
    face(pen, [[200, 300], [470, 220], [780, 290], [500, 380]], "#d7a56f");
    face(pen, [[318, 266], [372, 250], [668, 326], [616, 342]], "#efdcb8");
    face(pen, [[560, 420], [700, 374], [700, 474], [560, 524]], "#fbfaf5");
    label(pen);
  });
}

function floor(pen) {
  const light = pen.createLinearGradient(0, 0, 0, 720);
  light.addColorStop(0, "#e9e4da");
  light.addColorStop(0.55, "#d9d2c4");
  light.addColorStop(0.56, "#b9ad98");
  light.addColorStop(1, "#cabfab");
  pen.fillStyle = light;
  pen.fillRect(0, 0, 960, 720);
}

function face(pen, corners, colour) {
  pen.beginPath();
  corners.forEach(([x, y]) => pen.lineTo(x, y));
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}

function label(pen) {
  pen.save();
  pen.transform(1, -0.33, 0, 1, 574, 444);
  pen.fillStyle = INK;
  for (let at = 0; at < 26; at += 1) pen.fillRect(at * 4, 0, at % 3 === 0 ? 3 : 1.5, 34);
  write(pen, "SAMPLE", 0, 62, "700 22px sans-serif", INK);
  pen.restore();
}

function write(pen, text, x, y, font, colour) {
  pen.font = font;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

async function drawn(name, width, height, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  draw(canvas.getContext("2d"));
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return new File([blob], name, { type: "image/jpeg" });
}
