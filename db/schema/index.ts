import type {
  AgentRecoveryTable,
  AgentTotpTable,
  ApiKeyTable,
  AuditHeadTable,
  AuditIntentTable,
  AuditTable,
  ConnectionTable,
  ConnectLinkTable,
  InboxAgentTable,
  InvitationTable,
  SignInTryTable,
} from './access.ts';
import type { AddressTable, ChatTable, ContactTable, MemberTable, NumberCheckTable } from './chat.ts';
import type {
  EndpointAttemptTable,
  EndpointDeliveryTable,
  EndpointEventTable,
  EndpointProgressTable,
  EndpointTable,
  EndpointToldTable,
} from './endpoint.ts';
import type { CrmLinkTable } from './crm.ts';
import type { EmbedKeyTable, EmbedTokenUsedTable } from './embed.ts';
import type {
  BackfillTable,
  InboxEraTable,
  InboxTable,
  SessionArchivePartTable,
  SessionArchiveTable,
  SessionEventTable,
  SessionKeyTable,
  SessionTable,
  WebhookTable,
} from './inbox.ts';
import type {
  DeliveryTable,
  EarlyTable,
  MessageTable,
  MessageVersionTable,
  ReactionTable,
  ReceiptTable,
  VoteTable,
} from './message.ts';
import type { MediaTable, ProfilePictureCheckTable, ProfilePictureTable, UploadTable } from './media.ts';
import type { InboxRemovalTable, RemovedFileTable, WebhookGoneTable } from './removal.ts';
import type { SearchProgressTable, TextTable } from './search.ts';
import type { CannedReplyTable, ChatLabelTable, LabelTable, NoteMentionTable, NoteTable } from './work.ts';
import type {
  AgentSessionTable,
  AgentTable,
  AllowedOriginTable,
  OrganisationTable,
  SettingTable,
  TicketTable,
} from './organisation.ts';

export interface Schema {
  organisation: OrganisationTable;
  agent: AgentTable;
  agent_session: AgentSessionTable;
  ticket: TicketTable;
  allowed_origin: AllowedOriginTable;
  setting: SettingTable;
  inbox: InboxTable;
  inbox_era: InboxEraTable;
  session: SessionTable;
  session_event: SessionEventTable;
  session_key: SessionKeyTable;
  session_archive: SessionArchiveTable;
  session_archive_part: SessionArchivePartTable;
  backfill: BackfillTable;
  webhook: WebhookTable;
  chat: ChatTable;
  contact: ContactTable;
  number_check: NumberCheckTable;
  address: AddressTable;
  member: MemberTable;
  message: MessageTable;
  reaction: ReactionTable;
  receipt: ReceiptTable;
  vote: VoteTable;
  message_version: MessageVersionTable;
  delivery: DeliveryTable;
  media: MediaTable;
  upload: UploadTable;
  profile_picture: ProfilePictureTable;
  profile_picture_check: ProfilePictureCheckTable;
  early: EarlyTable;
  message_text: TextTable;
  note_text: TextTable;
  search_progress: SearchProgressTable;
  note: NoteTable;
  note_mention: NoteMentionTable;
  label: LabelTable;
  chat_label: ChatLabelTable;
  canned_reply: CannedReplyTable;
  crm_link: CrmLinkTable;
  embed_key: EmbedKeyTable;
  embed_token_used: EmbedTokenUsedTable;
  endpoint: EndpointTable;
  endpoint_event: EndpointEventTable;
  endpoint_delivery: EndpointDeliveryTable;
  endpoint_attempt: EndpointAttemptTable;
  endpoint_progress: EndpointProgressTable;
  endpoint_told: EndpointToldTable;
  inbox_agent: InboxAgentTable;
  api_key: ApiKeyTable;
  connection: ConnectionTable;
  connect_link: ConnectLinkTable;
  invitation: InvitationTable;
  agent_totp: AgentTotpTable;
  agent_recovery: AgentRecoveryTable;
  sign_in_try: SignInTryTable;
  audit_head: AuditHeadTable;
  audit_intent: AuditIntentTable;
  audit: AuditTable;
  inbox_removal: InboxRemovalTable;
  removed_file: RemovedFileTable;
  webhook_gone: WebhookGoneTable;
}
