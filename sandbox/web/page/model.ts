import { Emitter } from './emitter.ts';
import { serialized } from './wid.ts';

export type Attributes = Record<string, unknown>;

/**
 * Attributes are own, enumerable properties (so that they survive the way out of the page); everything else
 * lives in private fields and accessors (so that it does not).
 */
export class Model extends Emitter {
  [attribute: string]: unknown;
  #collection: Emitter | null = null;

  constructor(attributes: Attributes) {
    super();
    Object.assign(this, attributes);
  }
  get collection(): Emitter | null {
    return this.#collection;
  }
  set collection(collection: Emitter | null) {
    this.#collection = collection;
  }
  /** Sets attributes first and tells listeners afterwards: each `change:name`, then one `change`. */
  set(attributes: Attributes): this {
    const changed = Object.entries(attributes)
      .filter(([name, value]) => this[name] !== value)
      .map(([name, value]) => ({ name, value, before: this[name] }));
    for (const { name, value } of changed) this[name] = value;
    for (const { name, value, before } of changed) this.#tell(`change:${name}`, this, value, before);
    if (changed.length) this.#tell('change', this);
    return this;
  }
  #tell(name: string, ...values: unknown[]): void {
    this.trigger(name, ...values);
    this.#collection?.trigger(name, ...values);
  }
  serialize(): Attributes {
    return Object.fromEntries(Object.entries(this).filter(([, value]) => typeof value !== 'function'));
  }
  toJSON(): Attributes {
    return this.serialize();
  }
  unsafe(): this {
    return this;
  }
}

/** Models by their serialized id, in the order they came. */
export class Collection<M extends Model = Model> extends Emitter {
  readonly modelClass: new (attributes: Attributes) => M;
  #models = new Map<string, M>();
  constructor(modelClass: new (attributes: Attributes) => M) {
    super();
    this.modelClass = modelClass;
  }
  get length(): number {
    return this.#models.size;
  }
  get _models(): M[] {
    return this.getModelsArray();
  }
  getModelsArray(): M[] {
    return [...this.#models.values()];
  }
  get(id: unknown): M | undefined {
    return this.#models.get(serialized(id));
  }
  /** `silent`: nobody is told. A model whose id is known stays as it was. */
  add(what: M | Attributes, { silent = false } = {}): M {
    const model = what instanceof this.modelClass ? what : new this.modelClass(what as Attributes);
    const id = serialized(model['id']);
    const had = this.#models.get(id);
    if (had) return had;
    model.collection = this;
    this.#models.set(id, model);
    if (!silent) this.trigger('add', model, this);
    return model;
  }
  /** Keeps the model without becoming its owner. */
  hold(model: M): void {
    this.#models.set(serialized(model['id']), model);
  }
  remove(model: M): void {
    if (this.#models.delete(serialized(model['id']))) this.trigger('remove', model, this);
  }
  async find(id: unknown): Promise<M> {
    const model = this.get(id);
    if (!model) throw new Error(`standin: not found ${serialized(id)}`);
    return model;
  }
  serialize(): Attributes[] {
    return this.getModelsArray().map((model) => model.serialize());
  }
}
