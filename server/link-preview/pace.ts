const minute = 60_000;

/** How many pages may be asked for in a minute: more than anybody writes, and too few to search a network with. */
export const pace = { anAgent: 20, anOrganisation: 200 } as const;
/** As many askers are remembered; who has been quiet for a minute is forgotten first. */
const mostRemembered = 5_000;

/** Questions of the last minute, by who asked. */
export class Pace {
  #asked = new Map<string, number[]>();

  /** Counts one more, or says no. */
  take(who: { organisationId: number; agentId: number }, now: number): boolean {
    const { organisationId, agentId } = who;
    const agent = this.#lately(`${organisationId} ${agentId}`, now);
    const all = this.#lately(`${organisationId}`, now);
    if (agent.length >= pace.anAgent || all.length >= pace.anOrganisation) return false;
    agent.push(now);
    all.push(now);
    return true;
  }

  #lately(name: string, now: number): number[] {
    if (this.#asked.size > mostRemembered)
      for (const [one, at] of this.#asked) if ((at.at(-1) ?? 0) <= now - minute) this.#asked.delete(one);
    const lately = (this.#asked.get(name) ?? []).filter((at) => at > now - minute);
    this.#asked.set(name, lately);
    return lately;
  }
}
