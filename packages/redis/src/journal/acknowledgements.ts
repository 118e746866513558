/** How far other processes say that they have read, as it is told by pub/sub. */
export interface Acknowledgements {
  /** Hands a message to all who wait. */
  tell(message: string): void;
  /** Calls the listener with each that comes, until what it returns is called. */
  listen(listener: Listener): () => void;
}

/** Takes one: `position` is infinite where the process serves no more. */
export type Listener = (epoch: string, node: string, position: number) => void;

/** Creates it without listeners. */
export function createAcknowledgements(): Acknowledgements {
  const listeners = new Set<Listener>();
  return {
    tell(message) {
      // None of ours is as long.
      if (listeners.size === 0 || message.length > 200) return;
      const [epoch = '', node = '', text] = message.split(' ');
      const position = text === 'gone' ? Number.POSITIVE_INFINITY : Number(text);
      for (const listener of listeners) listener(epoch, node, position);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
