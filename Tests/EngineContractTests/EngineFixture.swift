import EngineScripted
import Reconcile
import SIP
import Testing

/// An engine with the registrar that it talks to, as the contract's tests need them.
protocol EngineFixture: Sendable {
  var engine: any RegistrationEngine { get }
  /// The answers to the account's next REGISTERs: nil accepts, a number is a final status code.
  func answer(_ id: AccountID, with codes: [UInt16?]) async
  /// Keeps back the answers to an account's REGISTERs.
  func hold(_ id: AccountID) async
  func release(_ id: AccountID) async
  /// Waits until the registrar has this many REGISTERs of the account.
  func untilReceived(_ count: Int, of id: AccountID) async
  /// The account of each REGISTER that a registrar got, in order.
  func received() async -> [AccountID]
  /// The contacts that the registrar has bound.
  func contacts(of account: Account) async -> [String]
}

/// One engine to hold to the contract.
struct EngineFactory: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var make: @Sendable () async throws -> any EngineFixture

  /// Every engine that there is; a new one is added here.
  static let all = [
    EngineFactory(testDescription: "scripted") { ScriptedFixture() }
  ]
}

struct ScriptedFixture: EngineFixture {
  let scripted = ScriptedEngine()
  var engine: any RegistrationEngine { scripted }

  func answer(_ id: AccountID, with codes: [UInt16?]) async {
    for code in codes { await scripted.answer(id, with: code.map { .refuse($0, "No") } ?? .accept) }
  }

  func hold(_ id: AccountID) async { await scripted.hold(id) }
  func release(_ id: AccountID) async { await scripted.release(id) }

  func untilReceived(_ count: Int, of id: AccountID) async {
    while await scripted.requests.count(where: { $0.account == id }) < count { await Task.yield() }
  }

  func received() async -> [AccountID] { await scripted.requests.map(\.account) }
  func contacts(of account: Account) async -> [String] { await scripted.bindings(of: account).map(\.contact) }
}
