import EngineScripted
import Reconcile
import SIP
import Testing

/// Random manifests, registrars and failures, from a seed: whatever happens, applying leads to rest.
@Suite struct ConvergenceTests {
  @Test(
    "REC-05 REC-61 REC-65 applying until quiet leaves an empty plan, in order, and nothing foreign is touched",
    arguments: 0..<150
  )
  func applyingUntilQuietLeavesAnEmptyPlan(seed: Int) async throws {
    var random = RandomSource(seed: UInt64(seed))
    let world = World()
    var everyone: [Account] = []
    for _ in 0..<4 {
      world.accounts = RandomManifest.accounts(using: &random, after: world.accounts)
      everyone += world.accounts
      await disturb(world, using: &random)
      for _ in 0..<2 { try await check(try await world.apply(), world) }
      await calm(world)
      var rounds = 0
      while await !world.plan().isEmpty, rounds < 8 {
        try await check(try await world.apply(), world)
        rounds += 1
      }
      let left = await world.plan()
      #expect(left.changes.isEmpty, "\(left.changes.map { ($0.account.name, $0.action, $0.cause.kind) })")
    }
    for account in everyone {
      #expect(await world.contacts(account).contains("sip:phone@203.0.113.5"), "\(account.id)")
    }
    #expect(await world.ledger.lostReservations.isEmpty)
    await expectOneBindingEach(world)
  }

  /// Foreign bindings everywhere, lost ones somewhere, and failures of all kinds.
  private func disturb(_ world: World, using random: inout RandomSource) async {
    for account in world.accounts {
      var bindings = await world.engine.bindings(of: account)
      if Int.random(in: 0..<5, using: &random) == 0 {
        bindings.removeAll { $0.contact != "sip:phone@203.0.113.5" }
      }
      if !bindings.contains(where: { $0.contact == "sip:phone@203.0.113.5" }) {
        bindings.append(Binding(contact: "sip:phone@203.0.113.5"))
      }
      await world.engine.setBindings(bindings, of: account)
      let answers: [ScriptedAnswer?] = [
        nil, nil, .refuse(403, "Forbidden"), .fail(.timeout), .loseAnswer, .refuse(503, "Busy"),
      ]
      await world.engine.alwaysAnswer(account.id, with: answers.randomElement(using: &random)!)
      await world.engine.answerRemovals(of: account.id, with: answers.randomElement(using: &random)!)
      let isHidden = Int.random(in: 0..<6, using: &random) == 0
      await world.engine.hideBindings(of: account.id, because: isHidden ? "503" : nil)
    }
  }

  private func calm(_ world: World) async {
    for id in RandomManifest.names.map({ AccountID($0) }) {
      await world.engine.alwaysAnswer(id, with: nil)
      await world.engine.answerRemovals(of: id, with: nil)
      await world.engine.hideBindings(of: id, because: nil)
    }
  }

  /// No dependent before its master, none twice, and nothing removed that is not ours.
  private func check(_ applied: World.Applied, _ world: World) async throws {
    #expect(!applied.requests.contains { $0.contact == "sip:phone@203.0.113.5" })
    for account in world.accounts {
      let made = applied.makings(of: account.id)
      guard let first = made.first else { continue }
      #expect(made.count == 1, "\(account.id) registered twice")
      for dependency in account.dependsOn where dependency.condition == .registered {
        if let master = applied.makings(of: dependency.account).first {
          #expect(master < first, "\(account.id) before \(dependency.account)")
        }
      }
    }
    let outcomes = applied.report.outcomes.map(\.account)
    #expect(Set(outcomes).count == outcomes.count)
    #expect(Set(outcomes) == Set(applied.plan.changes.map(\.account)))
  }

  /// At rest each account that can register has its one contact beside the foreign one.
  private func expectOneBindingEach(_ world: World) async {
    let kept = Set(await world.plan().kept.map(\.account))
    for account in world.accounts {
      let expected = account.register && !kept.contains(account.id) ? 2 : 1
      let contacts = await world.contacts(account)
      #expect(contacts.count == expected, "\(account.id): \(contacts)")
    }
  }
}

extension World.Applied {
  /// The REGISTERs that make or renew an account's binding; not one that restores it after a removal.
  fileprivate func makings(of id: AccountID) -> [Int] {
    requests.indices.prefix { !(requests[$0].account == id && requests[$0].kind == .remove) }
      .filter { requests[$0].account == id && requests[$0].kind == .register }
  }
}

/// Manifests of a few accounts in random order, of which each may depend on those with lesser names.
enum RandomManifest {
  static let names = ["a", "b", "c", "d", "e", "f", "g", "h"]

  static func accounts(using random: inout RandomSource, after old: [Account]) -> [Account] {
    var accounts: [Account] = []
    for (position, name) in names.enumerated() where Int.random(in: 0..<5, using: &random) > 0 {
      if let same = old.first(where: { $0.id.name == name }), Bool.random(using: &random),
        same.dependsOn.allSatisfy({ dependency in accounts.contains { $0.id == dependency.account } })
      {
        accounts.append(same)
        continue
      }
      var account = Account.named(name)
      if position > 0, Bool.random(using: &random), let master = accounts.randomElement(using: &random) {
        account.dependsOn = [
          Dependency(account: master.id, contact: Bool.random(using: &random) ? .share : .own)
        ]
      }
      vary(&account, using: &random)
      accounts.append(account)
    }
    return accounts.shuffled(using: &random)
  }

  private static func vary(_ account: inout Account, using random: inout RandomSource) {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: account.identity.uri.user = account.id.name + "2"
    case 1: account.registrar = SIPURI(host: .name("other.example.org"))
    case 2: account.expires = 600
    case 3: account.register = false
    case 4: account.labels = ["site": "north"]
    case 5:
      let contact = SIPURI(user: account.id.name, host: .name("pbx.example.com"))
      if account.contactMaster == nil { account.contact = ContactDeclaration(uri: contact) }
    case 6: account.transport = .tcp
    default: break
    }
  }
}
