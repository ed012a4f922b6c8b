/// What the tests read of a status.
struct StatusDocument: Decodable {
  struct Account: Decodable {
    var account: String
    var state: String
    var lastCode: Int?
    var lastReason: String?
  }

  var accounts: [Account]
}
