import type { BinaryNode } from 'baileys';
import { isGroup } from '../identifiers.ts';
import type { World } from '../world.ts';
import { block } from '../arranging.ts';
import { acceptInvitation, codeOfLink } from '../invitations.ts';
import { pictureOf } from '../pictures.ts';
import { blockedAs, isOwn, ownerOf, personAt, socketLid, toJid, toWid } from './addresses.ts';
import { groupNode } from './group-lines.ts';
import { bytesOf, childOf, childrenOf, node } from './nodes.ts';
import type { Mailbox } from './mailbox.ts';
import { readBundle, readSigned, type SignalHalf } from './signal.ts';

export interface Asked {
  world: World;
  signal: SignalHalf;
  mailbox: Mailbox;
  mediaHost: string;
}

/** What the server answers to a question of a linked device: the children of the result; an `error` is its refusal. */
export async function answerQuestion(asked: Asked, iq: BinaryNode): Promise<BinaryNode[]> {
  const child = childOf(iq);
  const { world, mailbox } = asked;
  switch (iq.attrs['xmlns']) {
    case 'encrypt':
      return keys(asked, iq, child);
    case 'usync':
      return [devicesOf(asked, child)];
    case 'w:m':
      return [
        node('media_conn', { auth: 'sandbox', ttl: 300, auth_ttl: 300, max_buckets: 1 }, [
          node('host', { hostname: asked.mediaHost, maxContentLengthBytes: 64 * 1024 * 1024 }),
        ]),
      ];
    case 'w:sync:app:state':
      return [await mailbox.appState.answer(child, (action) => mailbox.hearAction(action))];
    case 'w:g2':
      return groups(asked, iq, child);
    case 'privacy':
      return child?.tag === 'tokens'
        ? [node('tokens')]
        : [
            node('privacy', {}, [
              node('category', { name: 'readreceipts', value: world.state.receipts ? 'all' : 'none' }),
            ]),
          ];
    case 'abt':
      return [node('props', { protocol: 1, hash: 'sandbox' }, [])];
    case 'w:profile:picture':
      return [profilePicture(asked, iq)];
    case 'blocklist':
      return blockList(asked, child);
    default:
      return [];
  }
}

/** Where a picture is. */
function profilePicture({ world, mediaHost }: Asked, { attrs: { target } }: BinaryNode): BinaryNode {
  const wid = toWid(target);
  const picture = wid && pictureOf(world, wid);
  if (picture === 'hidden') return node('error', { code: 401, text: 'not-authorized' });
  if (!picture) return node('error', { code: 404, text: 'item-not-found' });
  return node('picture', {
    id: picture.path.length,
    type: 'image',
    url: `https://${mediaHost}${picture.path}`,
  });
}

/** The list by hidden addresses, or a change to it. */
function blockList({ world }: Asked, item: BinaryNode | undefined): BinaryNode[] {
  const wid = toWid(item?.attrs['pn_jid'] ?? item?.attrs['jid']);
  const person = wid && personAt(world, wid);
  if (item?.attrs['action'] && person) {
    block(world, person.phone ?? person.lid!, item.attrs['action'] === 'block');
  }
  const listed = world.state.people.filter((one) => one.blocked);
  return [
    node(
      'list',
      {},
      listed.flatMap((one) => node('item', { jid: toJid(blockedAs(world, one)) })),
    ),
  ];
}

function keys(
  { world, signal, mailbox }: Asked,
  iq: BinaryNode,
  child: BinaryNode | undefined,
): BinaryNode[] {
  if (iq.attrs['type'] === 'get' && child?.tag === 'count')
    return [node('count', { value: mailbox.bundle?.once.length ?? 0 })];
  if (child?.tag === 'digest') return [node('digest', {}, [])];
  if (child?.tag === 'rotate') {
    const skey = childOf(child, 'skey');
    if (mailbox.bundle) mailbox.bundle.signed = readSigned(skey);
    return [];
  }
  if (child?.tag === 'key') {
    const users = childrenOf(child, 'user').flatMap(({ attrs: { jid = '' } }) => {
      const wid = toWid(jid);
      const owner = wid && ownerOf(world, wid);
      return owner ? [signal.bundleNode(owner, jid)] : [];
    });
    return [node('list', {}, users)];
  }
  if (childOf(iq, 'list')) mailbox.leaveKeys(readBundle(iq, mailbox.bundle));
  return [];
}

/** Who has which devices, which hidden address, and whether there is such a number at all. */
function devicesOf({ world, mailbox }: Asked, usync: BinaryNode | undefined): BinaryNode {
  const wanted = childrenOf(childOf(usync, 'query')).map(({ tag }) => tag);
  const users = childrenOf(childOf(usync, 'list'), 'user').flatMap((user) => {
    const contact = childOf(user, 'contact');
    const digits = bytesOf(contact).toString().replace(/\D/g, '');
    const wid = toWid(user.attrs['jid']) ?? (digits ? `${digits}@c.us` : undefined);
    if (!wid) return [];
    const person = world.people.byWid(wid);
    const exists = Boolean(person) || isOwn(world, wid);
    if (digits) {
      world.askedAbout.push(wid);
      // Who asks for a number learns its pair.
      if (person?.numberHidden && person.phone && person.lid) world.learnPair(person.phone, person.lid);
    }
    if (!exists && !digits) return [];
    const lid = socketLid(world, wid);
    const parts = wanted.flatMap((what): BinaryNode[] => {
      if (what === 'contact') return [node('contact', { type: exists ? 'in' : 'out' })];
      if (what === 'lid' && lid) return [node('lid', { val: lid })];
      if (what === 'devices' && exists)
        return [node('devices', {}, [node('device-list', {}, deviceNodes(isOwn(world, wid), mailbox))])];
      return [];
    });
    return [node('user', { jid: toJid(wid) }, parts)];
  });
  return node('usync', {}, [node('result', {}, []), node('list', {}, users)]);
}

const deviceNodes = (isOwnAccount: boolean, mailbox: Mailbox): BinaryNode[] => [
  node('device', { id: 0 }),
  ...(isOwnAccount ? [node('device', { id: mailbox.number, 'key-index': mailbox.number })] : []),
];

function groups({ world }: Asked, iq: BinaryNode, child: BinaryNode | undefined): BinaryNode[] {
  const wid = toWid(iq.attrs['to']);
  if (child?.tag === 'accept') {
    const status = wid ? acceptInvitation(world, wid, child.attrs['code'] ?? '') : 400;
    return status < 400 ? [] : [node('error', { code: status })];
  }
  if (child?.tag === 'invite') {
    const code = wid ? codeOfLink(world, wid) : 400;
    return typeof code === 'number' ? [node('error', { code })] : [node('invite', { code })];
  }
  if (child?.tag === 'participating') {
    const known = world.state.chats.filter(({ id, participants }) => isGroup(id) && participants);
    return [
      node(
        'groups',
        {},
        known.map(({ id }) => groupNode(world, id)),
      ),
    ];
  }
  return wid && world.people.findChat(wid) ? [groupNode(world, wid)] : [];
}
