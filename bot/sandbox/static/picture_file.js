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

/** Why the browser cannot draw it: of a picture that is merely too large, it can still tell the size. */
async function whyNot(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  const isPicture = await new Promise((tell) => {
    image.onload = () => tell(image.naturalWidth > 0);
    image.onerror = () => tell(false);
  });
  URL.revokeObjectURL(image.src);
  if (!isPicture) return "这个文件不是图片，或者打不开，请换一张。";
  return `这张图片太大（${image.naturalWidth}×${image.naturalHeight}），请先缩小再发。`;
}
