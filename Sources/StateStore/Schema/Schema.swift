import GRDB

/// The tables, and how a state of an older version becomes one of this version.
///
/// `user_version` counts the steps that were taken; `application_id` says whose file it is.
enum Schema {
  /// `SIPR` in ASCII.
  static let applicationID = 0x5349_5052

  static var version: Int { steps.count }

  /// The version from which rows have their former contacts: an older state may be read, and is not changed.
  static let formerContactsVersion = 3

  /// The version from which the challenges of servers are kept.
  static let challengesVersion = 4

  /// The version from which suspensions are kept.
  static let suspensionsVersion = 5

  /// Step n makes version n + 1. A step that was released is never changed.
  static let steps = [
    // The account's text has a table of its own: it is rarely read, and rows without it load fast.
    """
    CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;
    CREATE TABLE registration (
      id INTEGER PRIMARY KEY,
      call_id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      phase TEXT NOT NULL,
      cseq_reserved INTEGER NOT NULL,
      fingerprint BLOB NOT NULL,
      secret_fingerprint TEXT,
      contact TEXT,
      instance_id TEXT,
      granted INTEGER,
      expires_at INTEGER,
      refresh_at INTEGER,
      last_code INTEGER,
      last_reason TEXT,
      peer TEXT,
      updated_at INTEGER NOT NULL
    );
    CREATE TABLE account (
      registration INTEGER PRIMARY KEY REFERENCES registration(id) ON DELETE CASCADE,
      json TEXT NOT NULL
    );
    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      digest TEXT NOT NULL,
      source TEXT,
      done INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      blocked INTEGER NOT NULL,
      not_started INTEGER NOT NULL
    );
    """,
    // What each run did, for `history`.
    """
    CREATE TABLE run_change (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      account TEXT NOT NULL,
      action TEXT NOT NULL,
      outcome TEXT NOT NULL,
      cause TEXT,
      place TEXT,
      code INTEGER,
      reason TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE INDEX run_change_account ON run_change (account);
    """,
    // Contacts that an edit left behind, a line each: a crash may not forget what is to be removed.
    "ALTER TABLE registration ADD COLUMN former_contacts TEXT;",
    // How servers asked for passwords, so that none asks for less unseen.
    """
    CREATE TABLE server_challenge (
      server TEXT NOT NULL,
      domain TEXT NOT NULL,
      realm TEXT NOT NULL,
      algorithm TEXT NOT NULL,
      has_qop INTEGER NOT NULL,
      PRIMARY KEY (server, domain)
    ) WITHOUT ROWID;
    """,
    // Accounts that a person wants left alone.
    """
    CREATE TABLE suspension (
      account TEXT PRIMARY KEY NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER,
      reason TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    // What a run carried out, where the files come from a repository.
    "ALTER TABLE run ADD COLUMN commit_id TEXT;",
  ]

  /// What a file is, as far as its own numbers tell.
  enum Kind: Equatable { case fresh, ours(version: Int), foreign }

  static func kind(_ database: Database) throws -> Kind {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if application == applicationID {
      return .ours(version: try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0)
    }
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    return application == 0 && tables == 0 ? .fresh : .foreign
  }

  /// Takes the steps that are missing, within the transaction of the caller.
  static func migrate(_ database: Database, from version: Int) throws {
    for step in steps.dropFirst(version) { try database.execute(sql: step) }
    try database.execute(sql: "PRAGMA user_version = \(Schema.version)")
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
  }
}
