import GRDB
public import SIP
import Synchronization

extension StateStore {
  /// How servers asked for passwords in earlier runs.
  public func serverChallenges() throws(StateError) -> [ServerChallenge] {
    try connection.read { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version >= Schema.challengesVersion else { return [] }
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM server_challenge ORDER BY server, domain")
      return try rows.map { row in
        guard let algorithm = DigestAlgorithm(rawValue: row["algorithm"]) else {
          throw MalformedAccount("a digest algorithm that this version does not know")
        }
        return ServerChallenge(
          server: row["server"],
          domain: row["domain"],
          realm: row["realm"],
          algorithm: algorithm,
          hasQOP: row["has_qop"]
        )
      }
    } ?? []
  }

  /// Notes how a server asked; it is kept with what is written next, and this never waits.
  public func learn(_ challenge: ServerChallenge) {
    learnt.withLock { $0.append(challenge) }
  }

  /// Writes what was learnt, within the transaction of the caller.
  func keepLearnt(in database: Database) throws {
    let challenges = learnt.withLock { learnt in
      defer { learnt = [] }
      return learnt
    }
    for challenge in challenges {
      try database.execute(
        sql: "INSERT OR REPLACE INTO server_challenge VALUES (?, ?, ?, ?, ?)",
        arguments: [
          challenge.server, challenge.domain, challenge.realm, challenge.algorithm.rawValue, challenge.hasQOP,
        ]
      )
    }
  }
}
