import Reconcile
import SIP

// How strongly servers ask for passwords: what was asked for before is not undercut unseen.

extension EngineMachine {
  /// A registrar's challenges without those that may not be answered.
  mutating func screened(
    _ challenges: [ParsedChallenge],
    _ code: UInt16,
    slot: Int,
    _ exchange: Int
  ) -> [ParsedChallenge] {
    let challenges = withheldTokens(challenges, of: slot, over: exchanges[exchange].flow)
    guard code == 401, !challenges.isEmpty else { return challenges }
    let server = flows[exchanges[exchange].flow].server.description
    let refuses = settings.challenges.downgrade == .refuse
    let (screened, weakening) = challengeMemory.screen(
      challenges,
      from: server,
      domain: domain(of: slot),
      credentials: slots[slot].registration.authenticator.credentials,
      refuses: refuses
    )
    guard let weakening else { return screened }
    let isAnswered =
      switch weakening {
      case .realm: false
      case .algorithm, .qop: !refuses
      }
    warn(.weakened(server: server, weakening, isAnswered: isAnswered), of: exchanges[exchange].lane)
    return screened
  }

  /// A token goes over TLS only (RFC 8898, 2.1.2), or to the registrar of a rehearsal, which is ours. Whoever gets it
  /// can use it, so a redirect's target gets none.
  private func withheldTokens(
    _ challenges: [ParsedChallenge],
    of slot: Int,
    over flow: Int
  ) -> [ParsedChallenge] {
    let isElsewhere = slots[slot].registration.redirection?.current != nil
    let isInClear = !flows[flow].transport.isSecure && settings.onlyServer == nil
    guard isInClear || isElsewhere else { return challenges }
    return challenges.map { challenge in
      guard case .bearer = challenge else { return challenge }
      return .otherScheme(isElsewhere ? "Bearer after a redirect" : "Bearer without TLS")
    }
  }

  /// Notes how a registration that was accepted was asked for; false where it must not count as one.
  mutating func noteChallenge(_ code: UInt16, slot: Int, _ exchange: Int) -> Bool {
    guard (200...299).contains(code), case .sent(.bind) = slots[slot].registration.state else { return true }
    // The server of a rehearsal knows no passwords, whatever the real ones ask for.
    guard settings.onlyServer == nil else { return true }
    let flow = exchanges[exchange].flow
    let server = flows[flow].server.description
    let authenticator = slots[slot].registration.authenticator
    slots[slot].isUnauthenticated = !authenticator.credentials.isEmpty && !authenticator.hasAnswered
    guard slots[slot].isUnauthenticated else {
      guard let challenge = authenticator.answeredChallenge else { return true }
      if let new = challengeMemory.accept(challenge, from: server, domain: domain(of: slot)) {
        actions.append(.learnt(new))
      }
      return true
    }
    if settings.challenges.isRequired { return false }
    warn(.unauthenticated(server: server), of: exchanges[exchange].lane)
    return true
  }

  private func domain(of slot: Int) -> String {
    slots[slot].account.identity.uri.host.description.lowercased()
  }

  /// Once for each server and matter.
  private mutating func warn(_ warning: EngineWarning, of lane: Int) {
    guard lanes[lane].challengeWarnings.insert(warning).inserted else { return }
    actions.append(.warn(warning))
  }
}
