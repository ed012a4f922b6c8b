import Reconcile
import SIP

extension EngineKey {
  static let title = "engine"
  static let section = SectionEntry(
    "engine",
    "Our own side: its address, its name, and what it asks of registrars.",
    rules: [
      "Options of the command line (`--bind`, `--advertise`) win.",
      "A change counts from the next start of a watch, which warns; `advertise` counts at once.",
    ],
    example: """
      engine:
        bind: 0.0.0.0:5060
        advertise: pbx.example.com
        downgrade: refuse
      """
  )

  var entry: KeyEntry {
    switch self {
    case .userAgent:
      KeyEntry(
        "The User-Agent of every request; an empty text sends none.",
        .textOrNothing,
        default: "sipreconcile"
      )
    case .bind:
      KeyEntry(
        "The address and port to bind, as `host:port`.",
        .text,
        otherwise: "every address, and a free port"
      )
    case .advertise:
      KeyEntry("The host, or `host:port`, that contacts show.", .text, otherwise: "the address that is bound")
    case .natContact:
      KeyEntry(
        "`auto`: contacts that would be our own address show where the registrar sees us, behind a NAT.",
        .words(EngineSettings.NATContact.self),
        default: .text(EngineSettings.NATContact.never.rawValue)
      )
    case .localAddresses:
      KeyEntry(
        "Whether DNS records of a public name, or a redirect, may lead to a loopback, link-local or multicast "
          + "address, or to a port below 1024 other than 80 and 443.",
        .words(LocalAddresses.self),
        otherwise: "`refuse`; `allow` where each `--dns-server` is this machine"
      )
    case .requireChallenge:
      KeyEntry(
        "A registration that is accepted without a challenge has failed, where the account has credentials.",
        .flag,
        default: .flag(false)
      )
    case .downgrade:
      KeyEntry(
        "What is done with a challenge of a weaker algorithm, or without qop, where the server had better before.",
        .words(ChallengePolicy.Downgrade.self),
        default: .text(ChallengePolicy().downgrade.rawValue)
      )
    case .overloadControl:
      KeyEntry(
        "Registrars are offered to ask for less traffic (RFC 7339, RFC 7415), and are obeyed.",
        .flag,
        default: .flag(false)
      )
    }
  }
}

extension ReconcileKey {
  static let title = "reconcile"
  static let section = SectionEntry(
    "reconcile",
    "How far a plan may go, and how often a watch looks.",
    example: """
      reconcile: { prune: auto, maxUnregister: 50%, interval: 10m }
      """
  )

  var entry: KeyEntry {
    let policy = ReconcilePolicy()
    switch self {
    case .prune:
      return KeyEntry(
        "`auto` unregisters what we own and no file declares any more; `never` only shows it.",
        .words(ReconcilePolicy.Prune.self),
        default: .text(policy.prune.rawValue)
      )
    case .maxUnregister:
      return KeyEntry(
        "The share of the owned accounts that one plan may unregister or replace.",
        .percent,
        default: .text("\(policy.maxUnregister)%")
      )
    case .interval:
      return KeyEntry(
        "How often a watch looks at the registrars.",
        .seconds(from: 1),
        default: .seconds(policy.interval)
      )
    }
  }
}
