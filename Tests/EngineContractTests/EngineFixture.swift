import Reconcile

/// An engine with the registrar that it talks to, as the contract's tests need them.
protocol EngineFixture: Sendable {
  var engine: any RegistrationEngine { get }
  /// The answers to the account's next REGISTERs: nil accepts, a number is a final status code.
  func answer(_ id: AccountID, with codes: [UInt16?]) async throws
  /// Keeps back the answers to an account's REGISTERs.
  func hold(_ id: AccountID) async throws
  func release(_ id: AccountID) async throws
  /// Waits until the registrar has this many REGISTERs of the account.
  func untilReceived(_ count: Int, of id: AccountID) async throws
  /// The account of each REGISTER that a registrar got, in order; a retransmission is no further REGISTER.
  func received() async throws -> [AccountID]
  /// The contacts that the registrar has bound.
  func contacts(of account: Account) async throws -> [String]
  /// Ends the engine and its registrar.
  func stop() async throws
}
