import Reconcile

// The keys of what an account has inside.

extension DependencyKey {
  static let title = "dependency"
  static let section = SectionEntry(
    "depends on",
    "A master in `dependsOn`, where its name alone does not say it all.",
    rules: [
      "One master at most shares its contact.", "A circle is an error that shows the way round.",
      "An account that shares its master's contact has neither `contact` nor `outbound`.",
    ],
    example: """
      accounts:
        push: { identity: "sip:alice@push.example.org" }
        office: { identity: "sip:alice@pbx.example.com", dependsOn: push }
        fax:
          identity: sip:fax@pbx.example.com
          dependsOn: { account: office, contact: own, condition: attempted }
      """
  )
  static let required = [DependencyKey.account]

  var entry: KeyEntry {
    switch self {
    case .account: KeyEntry("The master's name.", .text)
    case .contact:
      KeyEntry(
        "`share` registers the master's contact, `own` the account's own.",
        .words(Dependency.Contact.self),
        default: .text(Dependency(account: "").contact.rawValue)
      )
    case .condition:
      KeyEntry(
        "`registered` waits for the master's success, `attempted` for its first attempt.",
        .words(Dependency.Condition.self),
        default: .text(Dependency(account: "").condition.rawValue)
      )
    }
  }
}

extension ContactKey {
  static let title = "contact"
  static let section = SectionEntry(
    "contact",
    "A contact, where its URI alone does not say it all.",
    rules: [
      "It can neither be the identity itself nor an address that nobody can send to.",
      "Where only a parameter changes, a second REGISTER removes the old binding, if the registrar lists it apart.",
    ],
    example: """
      accounts:
        trunk:
          identity: sip:4930123456@carrier.example
          contact: { uri: "sip:trunk@198.51.100.10:5060", q: 0.5 }
      """
  )
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
  static let section = SectionEntry(
    "push",
    "How a push service wakes the device behind an account (RFC 8599); it goes into the contact's URI.",
    rules: ["Whoever has `prid` can wake the device: without TLS there is a warning."],
    example: """
      accounts:
        alice:
          identity: sip:alice@push.example.org
          transport: tls
          push: { provider: apns, param: TEAM.org.example.app, prid: { fromFile: ./prid } }
      """
  )
  static let required = [PushKey.provider, .prid]

  var entry: KeyEntry {
    switch self {
    case .provider: KeyEntry("The push service: `apns`, `fcm`, `webpush` or another.", .text)
    case .param:
      KeyEntry(
        "What the service wants beside the id, such as `TEAM.org.example.app`; `webpush` has none.",
        .text
      )
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
  static let section = SectionEntry(
    "outbound",
    "Outbound (RFC 5626): the registrar reaches us over the flow that we opened. The mapping turns it on.",
    rules: [
      "At most \(Account.mostFlows) `flows`, which take the place of `outboundProxy`; beside several there is no "
        + "`regID`.",
      "It needs a contact of the account's own.",
      "Turning it on or off, or another `regID` or `instanceID`, unregisters the old binding and then registers.",
    ],
    example: """
      accounts:
        alice:
          identity: sip:alice@example.com
          outbound: { gruu: true, flows: ["sip:edge1.example.com;lr", "sip:edge2.example.com;lr"] }
      """
  )
  /// What RFC 5626, 4.2 lets a reg-id be.
  static let regIDs = 1...2_147_483_647

  var entry: KeyEntry {
    switch self {
    case .instanceID:
      KeyEntry(
        "The instance's URN, such as `urn:uuid:00000000-0000-1000-8000-aabbccddeeff`.",
        .text,
        otherwise: "one is made and kept"
      )
    case .regID: KeyEntry("The number of the flow.", .integer(OutboundKey.regIDs), otherwise: "1")
    case .enabled: KeyEntry("False keeps the settings and turns outbound off.", .flag, default: true)
    case .gruu:
      KeyEntry("Ask for GRUUs; whoever shares the contact shares the public one.", .flag, default: false)
    case .flows:
      KeyEntry(
        "The first hops of several flows: each is a registration with a reg-id of its own.",
        .array(.text),
        otherwise: "one flow, through `outboundProxy`"
      )
    }
  }
}

extension ForEachKey {
  static let title = "forEach"
  static let section = SectionEntry(
    "for each",
    "`forEach` makes one account for each row of a range or of a table: exactly one of these keys.",
    rules: [
      "A range has `${n}`, and a table `${column}` for each of its columns; `$${` stands for `${`.",
      "At most \(ForEachRows.most) rows, and each account has a name of its own.",
    ],
    example: """
      accounts:
        desk-${n}:
          forEach: { range: 101..199 }
          identity: sip:${n}@pbx.example.com
          auth: { username: "${n}", password: { fromFile: "./secrets/${n}" } }
      """
  )
  static let rules = [one(of: allCases)]

  var entry: KeyEntry {
    switch self {
    case .range: KeyEntry("Whole numbers such as `1000..1999`; `0001..0100` keeps its zeros.", .text)
    case .csv:
      KeyEntry(
        "A table with a header row that names its columns (RFC 4180), read from this file's folder.",
        .text
      )
    }
  }
}

extension RetryKey {
  static let title = "retry"
  static let section = SectionEntry(
    "retry",
    "How long to wait after a failure. A `Retry-After` of the registrar wins.",
    rules: ["`base` is not longer than `max`."],
    example: """
      accounts:
        alice:
          identity: sip:alice@example.com
          retry: { base: 10s, max: 10m, stalledProbe: 2h }
      """
  )

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
