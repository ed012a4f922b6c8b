/// A closed set of keys of one kind of mapping; a key's raw value is its number in the `KeySet`.
protocol ManifestKey: RawRepresentable<Int>, CaseIterable, Sendable {
  static var set: KeySet { get }
  /// What the schema calls this kind of mapping.
  static var title: String { get }
  /// Keys that must be there.
  static var required: [Self] { get }
  /// What else the schema asks of the mapping as a whole.
  static var rules: [(String, SchemaValue)] { get }
  /// What this kind of mapping is, for the schema and for the reference.
  static var section: SectionEntry { get }
  /// What the key means, and what its value may be.
  var entry: KeyEntry { get }
}

extension ManifestKey {
  static var required: [Self] { [] }
  static var rules: [(String, SchemaValue)] { [] }

  /// Exactly one of these keys.
  static func one(of keys: [Self]) -> (String, SchemaValue) { one(of: keys.map { (has: [$0], lacks: []) }) }

  /// One of several sets of keys is there, without those that do not go with it.
  static func one(of sets: [(has: [Self], lacks: [Self])]) -> (String, SchemaValue) {
    let shapes = sets.map { set in
      var members = [("required", SchemaValue.texts(set.has.map { "\($0)" }))]
      if !set.lacks.isEmpty {
        let lacks = set.lacks.map { SchemaValue.object([("required", .texts(["\($0)"]))]) }
        members.append(("not", .object([("anyOf", .list(lacks))])))
      }
      return SchemaValue.object(members)
    }
    return ("oneOf", .list(shapes))
  }
}

enum TopKey: Int, ManifestKey {
  case apiVersion, owner, include, registrars, credentials, engine, reconcile, defaults, `default`, accounts
  static let set = KeySet(allCases.map { "\($0)" })
}

enum RegistrarKey: Int, ManifestKey {
  case uri, outboundProxy, maxRate, maxInFlight, tls
  static let set = KeySet(allCases.map { "\($0)" })
}

enum TLSKey: Int, ManifestKey {
  case ca, certificate, key, serverName, allowWildcard
  static let set = KeySet(allCases.map { "\($0)" })
}

enum CredentialKey: Int, ManifestKey {
  case username, realm, password, ha1, algorithms, token, authzServers
  static let set = KeySet(allCases.map { "\($0)" })
}

enum SecretKey: Int, ManifestKey {
  case fromEnv, fromFile, fromCredential, fromCommand
  static let set = KeySet(allCases.map { "\($0)" })
}

enum EngineKey: Int, ManifestKey {
  case userAgent, bind, advertise, natContact, localAddresses, requireChallenge, downgrade, overloadControl
  static let set = KeySet(allCases.map { "\($0)" })
}

enum ReconcileKey: Int, ManifestKey {
  case prune, maxUnregister, interval
  static let set = KeySet(allCases.map { "\($0)" })
}

enum DependencyKey: Int, ManifestKey {
  case account, contact, condition
  static let set = KeySet(allCases.map { "\($0)" })
}

enum ContactKey: Int, ManifestKey {
  case uri, q, parameters, uriParameters
  static let set = KeySet(allCases.map { "\($0)" })
}

enum PushKey: Int, ManifestKey {
  case provider, param, prid
  static let set = KeySet(allCases.map { "\($0)" })
}

enum OutboundKey: Int, ManifestKey {
  case instanceID, regID, enabled, gruu, flows
  static let set = KeySet(allCases.map { "\($0)" })
}

enum ForEachKey: Int, ManifestKey {
  case range, csv
  static let set = KeySet(allCases.map { "\($0)" })
}

enum RetryKey: Int, ManifestKey {
  case base, max, stalledProbe
  static let set = KeySet(allCases.map { "\($0)" })
}

/// The keys of an account and of `defaults`.
enum AccountKey: Int, ManifestKey {
  case identity, from, registrar, outboundProxy, transport, register, dependsOn, auth, expires, contact, push
  case outbound, headers, keepAlive, retry, onRemove, onMasterLoss, exclusive, protect, sharedIdentity
  case redirects, redirect, movedFrom, labels, description, tls, forEach
  static let set = KeySet(allCases.map { "\($0)" })
}
