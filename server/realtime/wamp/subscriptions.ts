import { topicMatches, type Match } from './uri.ts';

export interface Subscription<Member> {
  /** The same for everybody who subscribes so, hence an event has the same bytes for all of them. */
  readonly id: number;
  readonly topic: string;
  readonly match: Match;
  readonly members: Set<Member>;
}

/** Who listens to what. A Subscription lives as long as it has members. */
export class Subscriptions<Member> {
  #exact = new Map<string, Subscription<Member>>();
  /** Prefix and wildcard subscriptions, by match and pattern. */
  #patterns = new Map<string, Subscription<Member>>();
  #lastId = 0;

  join(member: Member, topic: string, match: Match): Subscription<Member> {
    const [map, key] = this.#home(topic, match);
    let subscription = map.get(key);
    if (!subscription) {
      subscription = { id: ++this.#lastId, topic, match, members: new Set() };
      map.set(key, subscription);
    }
    subscription.members.add(member);
    return subscription;
  }

  leave(member: Member, subscription: Subscription<Member>): void {
    subscription.members.delete(member);
    if (subscription.members.size > 0) return;
    const [map, key] = this.#home(subscription.topic, subscription.match);
    if (map.get(key) === subscription) map.delete(key);
  }

  find(topic: string): Subscription<Member> | undefined {
    return this.#exact.get(topic);
  }

  *matching(topic: string): Generator<Subscription<Member>> {
    const exact = this.#exact.get(topic);
    if (exact) yield exact;
    for (const subscription of this.#patterns.values()) {
      if (topicMatches(topic, subscription.topic, subscription.match)) yield subscription;
    }
  }

  /** Topics of exact subscriptions. */
  topics(): Iterable<string> {
    return this.#exact.keys();
  }

  get size(): number {
    return this.#exact.size + this.#patterns.size;
  }

  #home(topic: string, match: Match): [Map<string, Subscription<Member>>, string] {
    return match === 'exact' ? [this.#exact, topic] : [this.#patterns, `${match} ${topic}`];
  }
}
