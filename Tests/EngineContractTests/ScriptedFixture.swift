import EngineScripted
import Reconcile

/// The scripted engine, which is its own registrar.
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
  func stop() async { await scripted.shutdown() }
}
