/** Reading of values.schema.json: references followed, and what several parts say of one value put together. */

import schema from '../../../../chart/values.schema.json' with { type: 'json' };

type Part = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Part>;
  additionalProperties?: boolean | Part;
  items?: Part;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Part[];
  oneOf?: Part[];
  allOf?: Part[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
};

const root = schema as unknown as Part;

export class Node {
  readonly parts: Part[] = [];
  readonly choices: Node[] = [];
  nullable = false;

  constructor(part: Part) {
    this.take(part);
  }

  static top(): Node {
    return new Node(root);
  }

  private take(part: Part) {
    this.parts.push(part);
    if (list(part.type).includes('null')) this.nullable = true;
    if (part.$ref) this.take(target(part.$ref));
    for (const other of part.allOf ?? []) this.take(other);
    for (const choices of [part.anyOf, part.oneOf]) {
      const real = (choices ?? []).filter((choice) => choice.type !== 'null');
      if (choices && real.length < choices.length) this.nullable = true;
      if (real.length === 1 && real[0]) this.take(real[0]);
      else if (real.length > 1) this.choices.push(...real.map((choice) => new Node(choice)));
    }
  }

  private first<K extends keyof Part>(key: K): Part[K] | undefined {
    return this.parts.find((part) => part[key] !== undefined)?.[key];
  }

  get description(): string {
    return this.first('description') ?? '';
  }

  /** The words that are allowed, where they are few. */
  get words(): string[] {
    const own = this.first('enum') ?? [];
    const constants = [...this.parts, ...this.choices.flatMap((choice) => choice.parts)].map((part) => part.const);
    const more = this.choices.flatMap((choice) => choice.words);
    return [...new Set([...own, ...constants, ...more].filter((word): word is string => typeof word === 'string'))];
  }

  get type(): string {
    const kinds = this.parts.flatMap((part) => list(part.type)).filter((kind) => kind !== 'null');
    return kinds[0] ?? (this.choices.length > 0 ? 'choice' : 'any');
  }

  get range(): { minimum?: number; maximum?: number } {
    const [minimum, maximum] = [this.first('minimum'), this.first('maximum')];
    return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
  }

  /** The keys that are known, in the schema's order. */
  get keys(): Map<string, Node> {
    const found = new Map<string, Node>();
    for (const part of this.parts)
      for (const [key, value] of Object.entries(part.properties ?? {}))
        if (!found.has(key)) found.set(key, new Node(value));
    return found;
  }

  /** What the schema says of the values of a mapping whose keys are the user's own. */
  get entries(): Node | undefined {
    const entries = this.first('additionalProperties');
    return typeof entries === 'object' ? new Node(entries) : undefined;
  }

  get items(): Node | undefined {
    const items = this.first('items');
    return items && new Node(items);
  }

  child(step: string | number): Node | undefined {
    return typeof step === 'number' ? this.items : (this.keys.get(step) ?? this.entries);
  }

  at(steps: (string | number)[]): Node | undefined {
    return steps.reduce<Node | undefined>((node, step) => node?.child(step), this);
  }

  /** The type in a few words. */
  get typeInWords(): string {
    const { minimum, maximum } = this.range;
    const range =
      minimum === undefined ? '' : maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
    if (this.words.length > 0) return `one of ${this.words.map((word) => word || '""').join(', ')}`;
    if (this.type === 'choice') return [...new Set(this.choices.map((choice) => choice.type))].join(' or ');
    const names: Record<string, string> = {
      object: 'mapping',
      array: 'list',
      boolean: 'true or false',
      integer: 'whole number',
    };
    return (names[this.type] ?? this.type) + range;
  }
}

export const top = Node.top();

/** The value at a path, of the defaults for example. */
export const valueAt = (tree: unknown, steps: (string | number)[]): unknown =>
  steps.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | null | undefined)?.[step], tree);

function target(reference: string): Part {
  const found = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], root);
  return (found ?? {}) as Part;
}

function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
