/** English texts of the ways into groups. Part of {@link talkEn}. */
export const inviteEn = {
  inviteFrom: '{name} invites you to a group',
  inviteFromUs: 'You invite to a group',
  inviteUntil: 'Valid until {when}',
  inviteOver: 'The invitation is over. Ask for a new one.',
  inviteJoin: 'Join the group',
  inviteJoining: 'Joining…',
  inviteLead: 'Its members will see this number.',
  inviteOpen: 'Open the group',
  inviteLink: 'Invite link',
  inviteLinkShow: 'Show the invite link',
  inviteLinkAsking: 'Asking WhatsApp…',
  inviteLinkLead: 'Whoever has it can join the group. It is not kept here.',
  inviteLinkNone: 'WhatsApp does not give the link to this number.',
} as const;
