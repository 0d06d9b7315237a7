/** A method or function of JavaScript's own, with the values it is called on and with. */
export type Method<Receiver> = (receiver: Receiver, args: readonly unknown[]) => unknown;
