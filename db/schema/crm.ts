/**
 * Which record of the CRM a person is. A person has a Contact in every Inbox, and Contacts are joined; the number is
 * theirs in all of them, so it is the key beside the Organisation.
 */
export interface CrmLinkTable {
  organisation_id: number;
  /** Digits in international form. */
  phone: string;
  /** The Contact it was said of. */
  contact_id: number;
  /** `Contact`, `Lead`: the CRM's own word. */
  record_type: string;
  record_id: string;
  name: string;
  /** Where it is read; null: the page around the widget knows. */
  url: string | null;
  /** Who said so, and when. */
  agent_id: number;
  at: number;
}
