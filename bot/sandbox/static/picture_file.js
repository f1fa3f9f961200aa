// A picture from this computer as the phone would send it: turned upright, made smaller, a JPEG.

const LONGEST_SIDE = 1600;
const QUALITY = 0.86;

/** The picture as base64; an Error with one Chinese sentence when the file is no picture. */
export async function pictureOf(file) {
  const bitmap = await createImageBitmap(file).catch(async () => { throw new Error(await whyNot(file)); });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const draw = canvas.getContext("2d");
  draw.fillStyle = "#FFFFFF"; // what is see-through would turn black
  draw.fillRect(0, 0, canvas.width, canvas.height);
  draw.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY).split(",", 2)[1];
}

// How the files of pictures begin: PNG, JPEG, GIF, and WebP after its length.
const BEGINNINGS = [/^\x89PNG/, /^\xff\xd8\xff/, /^GIF8/, /^RIFF[^]{4}WEBP/];

/** Why the browser cannot draw it: it says the same of a picture that is too large for it as of any other file. */
async function whyNot(file) {
  const bytes = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const isPicture = BEGINNINGS.some((beginning) => beginning.test(String.fromCharCode(...bytes)));
  return isPicture ? "这张图片太大，或者文件坏了，打不开。请缩小后再发，或换一张。" : "这个文件不是图片，请换一张。";
}
