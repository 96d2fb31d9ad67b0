import type { Faults } from './faults.ts';
import { isGroup } from './identifiers.ts';
import type { Chat, Device, Me, Message, Person, Wid, WorldEvent } from './shapes.ts';
import type { World } from './world.ts';

/** Newest messages of a chat that the phone page shows. */
const shown = 80;

export type DeviceView = Omit<Device, 'credentials'>;

/** What the control door tells of a world. Credentials never leave it. */
export interface WorldView {
  me: Me;
  online: boolean;
  receipts: boolean;
  now: number;
  devices: DeviceView[];
  /** Screens that show a QR code now. */
  waiting: number;
  people: Person[];
  chats: (Chat & { title: string; messages: Message[] })[];
  /** Written while the phone is offline; in no chat yet. */
  underWay: Message[];
  faults: Faults;
  missingModules: string[];
  /** Whose existence devices asked WhatsApp about, in order. */
  askedAbout: Wid[];
}

export const viewOfDevice = ({ credentials: _secret, ...device }: Device): DeviceView => device;

export function viewOf(world: World): WorldView {
  const { me, receipts, devices, people, chats } = world.state;
  return {
    me,
    online: world.online,
    receipts,
    now: world.now(),
    devices: devices.map(viewOfDevice),
    waiting: world.waiting.readable().length,
    people,
    chats: chats.map((chat) => ({
      ...chat,
      title: titleOf(chat, world),
      messages: world.messagesOf(chat.id).slice(-shown),
    })),
    underWay: world.underWay,
    faults: world.faults,
    missingModules: world.missingModules,
    askedAbout: world.askedAbout,
  };
}

/** What the phone shows above a chat: name, else push name, else the number (which may be hidden). */
function titleOf(chat: Chat, world: World): string {
  if (isGroup(chat.id)) return chat.subject ?? 'Group';
  const person = world.people.byWid(chat.id);
  return person?.name ?? (person?.pushName ? `~${person.pushName}` : `+${chat.id.split('@')[0]}`);
}

/** An event as the event stream tells it. */
export const viewOfEvent = (event: WorldEvent): object =>
  event.kind === 'linked' || event.kind === 'unlinked'
    ? { ...event, device: viewOfDevice(event.device) }
    : event;
