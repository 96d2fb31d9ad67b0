/** A sound as it stands in a WebM: packets of Opus, and the header that says how they are to be played. */
export interface OpusTrack {
  /** `OpusHead…`, as Ogg wants it too. */
  head: Uint8Array;
  packets: Uint8Array[];
}

const ids = { segment: 0x18538067, cluster: 0x1f43b675, tracks: 0x1654ae6b, track: 0xae, group: 0xa0 };
/** Elements that are looked into. A browser that records does not know how long they will be, and says so. */
const containers: ReadonlySet<number> = new Set(Object.values(ids));
const [trackNumber, codecId, codecPrivate, simpleBlock, block] = [0xd7, 0x86, 0x63a2, 0xa3, 0xa1];

/** The one track of a WebM that a browser has recorded; undefined when it is none, holds more, or is broken. */
export function readWebmOpus(bytes: Uint8Array): OpusTrack | undefined {
  const b = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: Uint8Array[] = [];
  let tracks = 0;
  let number = 1;
  let isOpus = false;
  let head: Uint8Array | undefined;
  let at = 0;
  while (at < b.length) {
    const id = vint(b, at, true);
    const size = id && vint(b, id.end, false);
    if (!id || !size) return undefined;
    if (containers.has(id.value)) {
      if (id.value === ids.track) tracks += 1;
      at = size.end;
      continue;
    }
    if (size.value === undefinedSize) return undefined;
    const end = size.end + size.value;
    // The recording may have been cut off in its last packet.
    if (end > b.length) break;
    const content = b.subarray(size.end, end);
    if (id.value === trackNumber) {
      if (content.length === 0) return undefined;
      number = content.readUIntBE(0, Math.min(6, content.length));
    }
    if (id.value === codecId) isOpus = content.toString('latin1').replaceAll('\0', '') === 'A_OPUS';
    else if (id.value === codecPrivate) head = content;
    else if (id.value === simpleBlock || id.value === block) {
      const packet = packetOf(content, number);
      if (!packet) return undefined;
      packets.push(packet);
    }
    at = end;
  }
  const isHead = head !== undefined && head.length >= 19 && head.subarray(0, 8).toString() === headMark;
  return tracks === 1 && isOpus && isHead && packets.length > 0 ? { head: head!, packets } : undefined;
}

const headMark = Buffer.from('OpusHead').toString();
const undefinedSize = -1;

/** A number of EBML: its length is told by its first byte. Of an id the mark of the length belongs to it. */
function vint(b: Buffer, at: number, isId: boolean): { value: number; end: number } | undefined {
  const first = b[at];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > (isId ? 4 : 8) || at + length > b.length) return undefined;
  let value = isId ? first : first & (0xff >> length);
  let isAllOnes = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = b[at + i]!;
    isAllOnes &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: !isId && isAllOnes ? undefinedSize : value, end: at + length };
}

/** What a block holds after its track, its time and its flags. Several packets in one are not what browsers write. */
function packetOf(content: Buffer, track: number): Uint8Array | undefined {
  const number = vint(content, 0, false);
  if (!number || number.value !== track || number.end + 3 >= content.length) return undefined;
  const isLaced = (content[number.end + 2]! & 0x06) !== 0;
  return isLaced ? undefined : content.subarray(number.end + 3);
}
