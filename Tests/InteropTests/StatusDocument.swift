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
    var expiresAt: String?
    let conditions: [Condition]?

    var isReady: Bool { conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true }
  }

  struct Condition: Decodable {
    let type: String
    let status: String
  }

  struct Flow: Decodable, Equatable {
    var account: String
    var registered: Bool
  }

  /// When this was so, to the second.
  var at: String
  var accounts: [Account]
}
