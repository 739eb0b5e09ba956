// What the platform acknowledged, kept on our side: after a crash all of it must be there.

/** Facts that were acknowledged, and those that were sent and never answered. */
export class Ledger {
  constructor() {
    this.acknowledged = { observations: [], records: [], comments: [], imports: [] }
    this.unanswered = { observations: [], records: [], comments: [], imports: [] }
  }

  /** How many facts were acknowledged so far. */
  get size() {
    return Object.values(this.acknowledged).reduce((sum, facts) => sum + facts.length, 0)
  }

  /** Notes a fact before it is sent; the function given back moves it to the acknowledged ones. */
  sent(kind, fact) {
    this.unanswered[kind].push(fact)
    return () => {
      this.unanswered[kind].splice(this.unanswered[kind].indexOf(fact), 1)
      this.acknowledged[kind].push(fact)
    }
  }
}
