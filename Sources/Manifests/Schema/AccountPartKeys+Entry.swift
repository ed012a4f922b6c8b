import Reconcile

// The keys of what an account has inside.

extension DependencyKey {
  static let title = "dependency"
  static let required = [DependencyKey.account]

  var entry: KeyEntry {
    switch self {
    case .account: KeyEntry("The master's name.", .text)
    case .contact:
      KeyEntry(
        "share registers the master's contact, own the account's own.",
        .words(Dependency.Contact.self),
        default: .text(Dependency(account: "").contact.rawValue)
      )
    case .condition:
      KeyEntry(
        "registered waits for the master's success, attempted for its first attempt.",
        .words(Dependency.Condition.self),
        default: .text(Dependency(account: "").condition.rawValue)
      )
    }
  }
}

extension ContactKey {
  static let title = "contact"
  static let required = [ContactKey.uri]

  var entry: KeyEntry {
    switch self {
    case .uri: KeyEntry("The contact's SIP URI.", .uri)
    case .q: KeyEntry("The preference among several contacts.", .preference, otherwise: "none is sent")
    case .parameters:
      KeyEntry(
        "Parameters of the Contact header; an empty value is a flag.",
        .names(of: .textOrNothing, pattern: ValueShape.token)
      )
    case .uriParameters:
      KeyEntry(
        "Parameters to add to the URI; an empty value is a flag.",
        .names(of: .textOrNothing, pattern: ValueShape.token)
      )
    }
  }
}

extension PushKey {
  static let title = "push"
  static let required = [PushKey.provider, .prid]

  var entry: KeyEntry {
    switch self {
    case .provider: KeyEntry("The push service: apns, fcm, webpush or another.", .text)
    case .param: KeyEntry("What the service wants beside the id, such as TEAM.org.example.app.", .text)
    case .prid:
      KeyEntry(
        "The device's id at the service, or a reference to it.",
        .either([.mapping(SecretKey.self), .text])
      )
    }
  }
}

extension OutboundKey {
  static let title = "outbound"
  /// What RFC 5626, 4.2 lets a reg-id be.
  static let regIDs = 1...2_147_483_647

  var entry: KeyEntry {
    switch self {
    case .instanceID: KeyEntry("The instance's URN.", .text, otherwise: "one is made and kept")
    case .regID: KeyEntry("The number of the flow.", .integer(OutboundKey.regIDs), otherwise: "1")
    case .enabled: KeyEntry("False keeps the settings and turns outbound off.", .flag, default: true)
    case .gruu:
      KeyEntry("Ask for GRUUs; whoever shares the contact shares the public one.", .flag, default: false)
    case .flows:
      KeyEntry(
        "The first hops of several flows, four at most: each is a registration with a reg-id of its own.",
        .array(.text),
        otherwise: "one flow, through `outboundProxy`"
      )
    }
  }
}

extension ForEachKey {
  static let title = "forEach"
  static let rules = [one(of: allCases)]

  var entry: KeyEntry {
    switch self {
    case .range: KeyEntry("Whole numbers such as 1000..1999; 0001..0100 keeps its zeros.", .text)
    case .csv: KeyEntry("A table with a header row that names its columns (RFC 4180).", .text)
    }
  }
}

extension RetryKey {
  static let title = "retry"

  var entry: KeyEntry {
    let policy = RetryPolicy()
    switch self {
    case .base:
      return KeyEntry("The first pause, which doubles.", .seconds(from: 1), default: .seconds(policy.base))
    case .max: return KeyEntry("The longest pause.", .seconds(from: 1), default: .seconds(policy.max))
    case .stalledProbe:
      return KeyEntry(
        "The pause after an answer that will hardly change, such as 403.",
        .seconds(from: 1),
        default: .seconds(policy.stalledProbe)
      )
    }
  }
}
