import Reconcile
import SIP

extension AccountKey {
  static let title = "account"
  static let section = SectionEntry(
    "accounts",
    "An account: one identity at one registrar, under a stable name of your choice. The name is the key in `accounts`; "
      + "it is shown and kept, and never sent.",
    rules: [
      "A name is declared once, whichever file it stands in, and has no control character.",
      "Two accounts with one identity at one registrar are an error, unless their contacts differ and both say "
        + "`sharedIdentity: true`.",
    ],
    example: """
      credentials:
        trunk: { username: "4930123456", password: { fromEnv: TRUNK_PASSWORD } }
      accounts:
        trunk:
          identity: sip:4930123456@carrier.example
          auth: trunk
          contact: sip:trunk@198.51.100.10:5060
          expires: 10m
          labels: { site: berlin }
      """
  )
  static let required = [AccountKey.identity]
  /// Keys that belong to one account, and have no place in `defaults`.
  static let ofOneAccount = [AccountKey.identity, .dependsOn, .movedFrom, .forEach]

  /// The meaning, and what a change of the key does.
  var entry: KeyEntry {
    var entry = described
    entry.effect = field?.effect
    if self == .identity { entry.part = ("the display name alone", AccountField.displayName.effect) }
    return entry
  }

  /// The table of an account's keys.
  private var described: KeyEntry {
    let model = Account(id: "", identity: NameAddress(uri: SIPURI(host: .name(""))))
    switch self {
    case .identity:
      return KeyEntry(
        "The address of record, with or without a display name: `\"Alice\" <sip:alice@example.com>`.",
        .uri
      )
    case .from:
      return KeyEntry(
        "Who registers the identity, where that is somebody else (RFC 3261, 10.2): From is this address then, and "
          + "the contact is a declared one, or a master's.",
        .uri,
        otherwise: "the identity registers itself"
      )
    case .registrar:
      return KeyEntry(
        "Where REGISTER goes: a name of `registrars`, or a SIP URI without a user part.",
        .text,
        otherwise: "the identity's domain"
      )
    case .outboundProxy:
      return KeyEntry(
        "The route set, in order: SIP URIs, or `host:port` for a loose router there.",
        .list(.text),
        otherwise: "the registrar's"
      )
    case .transport:
      return KeyEntry(
        "The transport to the server.",
        .words(Transport.self),
        otherwise: "that of the URI, or else what RFC 3263 finds"
      )
    case .register:
      return KeyEntry(
        "`false`: declared, and deliberately unregistered.",
        .flag,
        default: .flag(model.register)
      )
    case .dependsOn:
      return KeyEntry(
        "The masters that must be registered first: a name, which shares that account's contact, or a mapping.",
        .list(.either([.text, .mapping(DependencyKey.self)])),
        otherwise: "it waits for nobody"
      )
    case .auth:
      return KeyEntry(
        "Names of `credentials`, or credentials.",
        .list(.either([.text, .mapping(CredentialKey.self)])),
        otherwise: "challenges cannot be answered"
      )
    case .expires:
      return KeyEntry("How long to ask for.", .seconds(from: 1), default: .seconds(model.expires))
    case .contact:
      return KeyEntry(
        "The contact to register, such as the address of a PBX: a SIP URI, or a mapping.",
        .either([.uri, .mapping(ContactKey.self)]),
        otherwise: "the engine's own address"
      )
    case .push: return KeyEntry("Push notifications (RFC 8599).", .mapping(PushKey.self))
    case .outbound:
      return KeyEntry(
        "Outbound (RFC 5626): `true`, `false`, or a mapping, which turns it on.",
        .either([.flag, .mapping(OutboundKey.self)]),
        default: .flag(model.outbound.isEnabled)
      )
    case .headers:
      return KeyEntry(
        "Headers to add to each request: names and values. What the engine writes itself, such as `Via`, cannot be set.",
        .names(of: .textOrNothing, pattern: ValueShape.token)
      )
    case .keepAlive:
      return KeyEntry(
        "How often to keep the way through a NAT open; `off` or 0 never does.",
        .either([.seconds(from: 0), .constant("off")]),
        otherwise: "every 95 to 120 s over connections, never over UDP"
      )
    case .retry: return KeyEntry("How long to wait after a failure.", .mapping(RetryKey.self))
    case .onRemove:
      return KeyEntry(
        "What happens to the binding when the account leaves the files.",
        .words(RemovalPolicy.self),
        default: .text(model.onRemove.rawValue)
      )
    case .onMasterLoss:
      return KeyEntry(
        "What happens to the binding when a master's is lost.",
        .words(MasterLossPolicy.self),
        default: .text(model.onMasterLoss.rawValue)
      )
    case .exclusive:
      return KeyEntry(
        "`true` removes bindings of this identity that are not ours.",
        .flag,
        default: .flag(model.exclusive)
      )
    case .protect:
      return KeyEntry("`true`: no plan unregisters or replaces it.", .flag, default: .flag(model.protect))
    case .sharedIdentity:
      return KeyEntry(
        "`true` lets another account, which says so too, have the same identity at the same registrar.",
        .flag,
        default: .flag(model.sharedIdentity)
      )
    case .redirects:
      return KeyEntry(
        "Domains to which a registrar may redirect us.",
        .list(.text),
        otherwise: "its own domain only"
      )
    case .redirect:
      return KeyEntry(
        "Where a call that comes to us is sent, by 302.",
        .uri,
        otherwise: "it is answered with 480"
      )
    case .movedFrom: return KeyEntry("The account's former name.", .text)
    case .labels:
      return KeyEntry("Names and values for people and for selectors.", .names(of: .textOrNothing))
    case .description: return KeyEntry("What people should know.", .prose)
    case .forEach:
      return KeyEntry(
        "One account for each row: `${n}`, or `${column}`, is replaced in the account's name and in its values.",
        .mapping(ForEachKey.self)
      )
    case .tls:
      return KeyEntry(
        "Certificates and names for TLS.",
        .mapping(TLSKey.self),
        otherwise: "the registrar's"
      )
    }
  }
}
