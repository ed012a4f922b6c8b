package import Reconcile

/// A plan that a person wants made and carried out now, with options of its own: a handed-over `apply`, or `refresh`.
package struct RunRequest: Sendable, Hashable, Codable {
  /// Accounts to refresh although nothing differs.
  package var refresh: [String]
  /// Where there are any, only these and their masters are looked at.
  package var only: [String]
  package var exclude: [String]
  /// True to leave bound what is no longer declared.
  package var keepsUndeclared: Bool
  package var allowEmpty: Bool
  package var allowUnregister: Int?
  /// True to ask registrars first what is bound.
  package var asksRegistrars: Bool
  /// How the digest of the plan has to begin.
  package var expect: String?
  /// The digest of the files that are meant; nil for those that the agent follows, as it read them last.
  package var files: String?

  package init() {
    refresh = []
    only = []
    exclude = []
    keepsUndeclared = false
    allowEmpty = false
    asksRegistrars = false
  }

  /// An option that is not given has its default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    refresh = try values.decodeIfPresent([String].self, forKey: .refresh) ?? []
    only = try values.decodeIfPresent([String].self, forKey: .only) ?? []
    exclude = try values.decodeIfPresent([String].self, forKey: .exclude) ?? []
    keepsUndeclared = try values.decodeIfPresent(Bool.self, forKey: .keepsUndeclared) ?? false
    allowEmpty = try values.decodeIfPresent(Bool.self, forKey: .allowEmpty) ?? false
    allowUnregister = try values.decodeIfPresent(Int.self, forKey: .allowUnregister)
    asksRegistrars = try values.decodeIfPresent(Bool.self, forKey: .asksRegistrars) ?? false
    expect = try values.decodeIfPresent(String.self, forKey: .expect)
    files = try values.decodeIfPresent(String.self, forKey: .files)
  }

  /// The agent's own options with these in their place.
  package func options(instead options: PlanOptions) -> PlanOptions {
    var options = options
    options.requestedRefresh = Set(refresh.map { AccountID($0) })
    let chosen = (only + refresh).map { AccountID($0) }
    if !chosen.isEmpty { options.only = Set(chosen) }
    options.exclude.formUnion(exclude.map { AccountID($0) })
    if keepsUndeclared { options.prune = .never }
    if allowEmpty { options.allowEmpty = true }
    if let allowUnregister { options.allowUnregister = allowUnregister }
    options.liveSource = asksRegistrars ? .registrar : .agent
    return options
  }

  var named: [AccountID] { (refresh + only + exclude).map { AccountID($0) } }
}
