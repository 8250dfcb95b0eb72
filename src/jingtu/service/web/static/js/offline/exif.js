// When and where a photograph says it was taken (Exif 2.32 in JPEG). Only these two are read, nothing is kept.
const HEAD_BYTES = 256 * 1024;
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const TIME = 0x9003;
const OFFSET = 0x9011;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;

export async function readExif(file) {
  try {
    return read(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return {}; // cut short or written badly: the photograph itself is as good
  }
}

export function read(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return {};
  let at = 2;
  while (at + 4 < view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffda || marker >> 8 !== 0xff) break;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return tiff(view, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
  return {};
}

function tiff(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const first = directory(view, start, start + view.getUint32(start + 4, little), little);
  const own = first[EXIF_IFD] ? directory(view, start, start + first[EXIF_IFD][0], little) : {};
  const gps = first[GPS_IFD] ? directory(view, start, start + first[GPS_IFD][0], little) : {};
  return { taken: moment(own[TIME], own[OFFSET]), ...position(gps) };
}

function directory(view, start, at, little) {
  const found = {};
  const count = view.getUint16(at, little);
  for (let number = 0; number < count; number += 1) {
    const row = at + 2 + number * 12;
    const type = view.getUint16(row + 2, little);
    const length = view.getUint32(row + 4, little);
    if (!SIZES[type] || length > 1000) continue;
    const value = SIZES[type] * length > 4 ? start + view.getUint32(row + 8, little) : row + 8;
    found[view.getUint16(row, little)] = values(view, value, type, length, little);
  }
  return found;
}

function values(view, at, type, length, little) {
  if (type === 2) {
    let text = "";
    for (let place = 0; place < length; place += 1) text += String.fromCharCode(view.getUint8(at + place));
    return text.split("\0")[0];
  }
  const found = [];
  for (let place = 0; place < length; place += 1) {
    const here = at + place * SIZES[type];
    if (type === 3) found.push(view.getUint16(here, little));
    else if (type === 4) found.push(view.getUint32(here, little));
    else if (type === 5) found.push(view.getUint32(here, little) / view.getUint32(here + 4, little));
    else found.push(view.getUint8(here));
  }
  return found;
}

function moment(time, offset) {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(time || "");
  if (!parts || parts[1] === "0000") return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const local = new Date(year, month - 1, day, hour, minute, second);
  if (!/^[+-]\d\d:\d\d$/.test(offset || "")) return local;
  return new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}${offset}`);
}

function position(gps) {
  const latitude = degrees(gps[2], gps[1], "S");
  const longitude = degrees(gps[4], gps[3], "W");
  if (latitude === undefined || longitude === undefined) return {};
  const accuracy = gps[31]?.[0];
  return { position: { latitude, longitude, accuracy: Number.isFinite(accuracy) ? accuracy : undefined } };
}

function degrees(parts, side, negative) {
  if (!Array.isArray(parts) || parts.length < 3 || !parts.every(Number.isFinite)) return undefined;
  const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return side === negative ? -value : value;
}
