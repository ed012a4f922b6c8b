/// What the tests read of a status.
struct StatusDocument: Decodable {
  struct Account: Decodable {
    var account: String
    let path: [String]?
    var state: String
    var lastCode: Int?
    var lastReason: String?
    var flows: [Flow]?
    var callID: String?
  }

  struct Flow: Decodable, Equatable {
    var account: String
    var registered: Bool
  }

  var accounts: [Account]
}
