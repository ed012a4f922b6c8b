/// Why an agent does not do what it was asked for.
package struct AgentProblem: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Hashable, Codable {
    /// A name that no declared account has.
    case unknownAccount
    /// An account that is to be refreshed is suspended, or one to be resumed is not.
    case suspension
    /// The files that are meant are not those that the agent follows, or they are not valid.
    case otherFiles
    /// The plan is not the one that was expected.
    case unexpected
    /// A rail stops the plan, which says which.
    case refused
    /// The agent is ending.
    case stopping
    /// The request cannot be read.
    case badRequest
  }

  package var kind: Kind
  /// What is wrong and what to do, in a sentence.
  package var message: String

  package init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }
}
