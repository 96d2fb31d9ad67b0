/** A webhook that feeds an Inbox, as shown to admins: never its secret. */
export interface WebhookView {
  id: number;
  dialect: string;
  session: string;
  createdAt: number;
  /** 0 = nothing has come yet. */
  lastAt: number;
}

/** The keeping of webhooks, as this room calls it. The caller has checked that the Inbox is the Agent's. */
export interface WebhookSettings {
  /** Problem `conflict` when the name is taken in this dialect. */
  create(input: {
    inboxId: number;
    organisationId: number;
    dialect: string;
    session: string;
    secret: string;
  }): Promise<WebhookView>;
  list(inboxId: number): Promise<WebhookView[]>;
  /** False when the Inbox has no such webhook. */
  remove(inboxId: number, webhookId: number): Promise<boolean>;
}
