import Reconcile
import SIP

/// What was dropped from the state as JSON, `sipreconcile.forget/1`.
struct ForgetDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.forget/1"

  /// One registration; an account that was replaced may have had several.
  struct Entry: Encodable, Sendable, Equatable {
    var account: String
    var identity: String
    /// As it is still bound; nil where nothing is.
    var contact: String?
    /// When the binding lapses by itself; nil where nothing is bound.
    var expiresAt: String?
  }

  var format = formatName
  var owner: String
  var forgotten: [Entry]

  init(owner: String, _ rows: [OwnedRegistration], at now: Timestamp) {
    self.owner = owner
    forgotten = rows.map { row in
      let isBound = row.mayBeBound(at: now)
      return Entry(
        account: row.account.id.name,
        identity: row.account.identity.uri.description,
        contact: isBound ? row.contact.map(PushToken.removed) : nil,
        expiresAt: isBound ? row.expiresAt?.description : nil
      )
    }
  }
}
