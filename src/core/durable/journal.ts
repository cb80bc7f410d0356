/** What a journal keeps: facts change it, and nothing else does. */
export interface Journaled<F, S> {
  /** `at` is when the fact came to be (epoch ms). Total: a fact that was written is never refused. */
  apply(fact: F, at: number): void;
  snapshot(): S;
  restore(snapshot: S): void;
}

/** The facts of one commit. Commits are numbered from 1 without gaps. */
export interface Commit<F> {
  readonly seq: number;
  readonly at: number;
  readonly facts: readonly F[];
}

/** How facts and snapshots become rows. All calls are synchronous and belong to the transaction around them. */
export interface JournalStore<F, S> {
  /** The last snapshot, and the last commit that it contains; 0 before the first. */
  load(): { readonly snapshot?: S; readonly seq: number };
  /** What a restart begins with from now on: commits up to this one need not be kept. */
  checkpoint(snapshot: S, seq: number): void;
  /** Commits after one, in order, as they are asked for; nothing may be written meanwhile. */
  tail(after: number): Iterable<Commit<F>>;
  /** Gives the length of the text that a restart would replay because of it. */
  append(commit: Commit<F>): number;
}

/** What a restart may have to replay before a checkpoint spares it that. */
export interface TailBounds {
  readonly commits: number;
  readonly length: number;
}

/**
 * What happened, commit by commit: the way to keep state for whoever is changed often, a little at a time. Memory follows
 * from a snapshot and the facts since.
 */
export class Journal<F, S> {
  private readonly subject: Journaled<F, S>;
  private readonly store: JournalStore<F, S>;
  private readonly bounds: TailBounds;
  private facts: F[] = [];
  private seq: number;
  private readonly tail = { commits: 0, length: 0 };

  /** Brings the subject to where the last commit left it. */
  constructor(subject: Journaled<F, S>, store: JournalStore<F, S>, bounds: TailBounds) {
    this.subject = subject;
    this.store = store;
    this.bounds = bounds;
    const { snapshot, seq } = store.load();
    if (snapshot !== undefined) subject.restore(snapshot);
    this.seq = seq;
    for (const commit of store.tail(seq)) {
      for (const fact of commit.facts) subject.apply(fact, commit.at);
      this.seq = commit.seq;
      this.tail.commits++;
    }
  }

  /** Lets a fact take effect; it is written with the commit. */
  emit(fact: F, now: number): void {
    this.facts.push(fact);
    this.subject.apply(fact, now);
  }

  /** True when a restart begins here: with nothing to replay. */
  save(now: number): boolean {
    const { facts, tail, bounds } = this;
    if (facts.length === 0) return false;
    this.facts = [];
    this.seq++;
    tail.length += this.store.append({ seq: this.seq, at: now, facts });
    tail.commits++;
    if (tail.commits < bounds.commits && tail.length < bounds.length) return false;
    this.store.checkpoint(this.subject.snapshot(), this.seq);
    Object.assign(tail, { commits: 0, length: 0 });
    return true;
  }
}
