// Photographs of a report: made smaller and bare of everything but the time and, where allowed, the place.
import { readExif } from "./exif.js";

const LONGEST_EDGE = 2000;
const QUALITY = 0.85;
const MOST = 9;
const JUST_NOW_MS = 600_000; // the phone's own place is that of a photograph taken just now, not of an older one

export function startPhotos(form) {
  const field = form.querySelector("[data-photos]");
  const inputs = [...form.querySelectorAll("input[type=file]")];
  const where = field?.querySelector("[data-photo-position]");
  const list = field?.querySelector("[data-photo-list]");
  const photos = [];
  let working = Promise.resolve();
  if (where) field.querySelector("[data-photo-where]").hidden = false;

  const queue = (work) => {
    working = working.then(work).then(show, show);
  };
  for (const input of inputs) {
    const camera = field?.contains(input);
    const chosen = () => {
      if ([...input.files].some((file) => file.type.startsWith("image/"))) queue(() => take(input, camera));
    };
    input.addEventListener("change", chosen);
    chosen(); // a quick hand, or a page that was returned to, had files before this script was there
  }
  where?.addEventListener("change", () => queue(locate));
  form.addEventListener("reset", () => {
    photos.splice(0).forEach((photo) => URL.revokeObjectURL(photo.shown));
    queue(() => {});
  });

  // What a camera took becomes a photograph of the report; a scan or a drawing stays the file that it is.
  async function take(input, camera) {
    const rest = [];
    for (const file of input.files) {
      const said = file.type.startsWith("image/") ? await readExif(file) : {};
      if (!camera && !said.taken && !said.position) rest.push(file);
      else if (!(await add(file, said)) && !camera) rest.push(file);
    }
    leave(input, rest);
    await locate();
  }

  async function add(file, said) {
    if (photos.length >= MOST) {
      say(`一次最多 ${MOST} 张照片，其余请另报一次。`);
      return false;
    }
    try {
      const blob = await smaller(file);
      const taken = said.taken || new Date(file.lastModified || Date.now());
      photos.push({ blob, taken, name: named(taken, photos.length + 1), own: said.position, shown: URL.createObjectURL(blob) });
      return true;
    } catch {
      say(`浏览器打不开照片“${file.name}”，没有缩小；请用相机拍成常用格式，或作为证明材料上传原件。`);
      return false;
    }
  }

  async function locate() {
    if (!where?.checked) return;
    const lacking = photos.filter((photo) => !photo.own && !photo.here && Date.now() - photo.taken < JUST_NOW_MS);
    if (!lacking.length) return;
    try {
      const here = await place();
      for (const photo of lacking) photo.here = here;
    } catch {
      where.checked = false;
      say("浏览器没有给出位置，照片不附位置。");
    }
  }

  function show() {
    if (!list) return;
    list.replaceChildren(...photos.map((photo) => {
      const item = card(photo.shown, photo.taken, where?.checked ? photo.own || photo.here : undefined);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = "删去";
      button.addEventListener("click", () => {
        photos.splice(photos.indexOf(photo), 1);
        URL.revokeObjectURL(photo.shown);
        show();
      });
      item.append(button);
      return item;
    }));
  }

  function say(words) {
    const item = document.createElement("li");
    item.className = "photo-said";
    item.textContent = words;
    working = working.then(() => list?.append(item));
  }

  return {
    ready: async () => {
      let before;
      do {
        before = working;
        await before;
      } while (before !== working);
    },
    taken: () => photos.map((photo) => ({
      blob: photo.blob, name: photo.name, taken: iso(photo.taken), position: where?.checked ? written(photo.own || photo.here) : "",
    })),
  };
}

// A photograph with what is sent of it: picture, time, place.
export function card(address, taken, position) {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.src = address;
  picture.alt = "现场照片";
  item.append(picture);
  for (const line of [iso(new Date(taken)).slice(0, 16).replace("T", " "), ...placed(position)]) {
    const words = document.createElement("span");
    words.textContent = line;
    item.append(words);
  }
  return item;
}

function placed(position) {
  if (!position) return ["未附位置"];
  const { latitude, longitude, accuracy } = position;
  const lines = [
    `${latitude < 0 ? "南" : "北"}纬 ${Math.abs(latitude).toFixed(5)}`,
    `${longitude < 0 ? "西" : "东"}经 ${Math.abs(longitude).toFixed(5)}`,
  ];
  return accuracy === undefined ? lines : [...lines, `误差 ${Math.round(accuracy)} 米以内`];
}

export function unwritten(text) {
  const [latitude, longitude, accuracy] = (text || "").split(",").map(Number);
  return text ? { latitude, longitude, accuracy } : undefined;
}

function written(position) {
  if (!position) return "";
  const parts = [position.latitude.toFixed(6), position.longitude.toFixed(6)];
  if (position.accuracy !== undefined) parts.push(Math.round(position.accuracy));
  return parts.join(",");
}

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}

function place() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no position"));
    else navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }), reject, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 });
  });
}

function leave(input, files) {
  const rest = new DataTransfer();
  for (const file of files) rest.items.add(file);
  input.files = rest.files;
}

const two = (number) => String(number).padStart(2, "0");

// Local time with its offset: what the person's watch said, and when that was.
export function iso(time) {
  const minutes = -time.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const offset = `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${day(time)}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}${offset}`;
}

export function day(time) {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function named(time, number) {
  return `现场照片${iso(time).slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${number}.jpg`;
}
