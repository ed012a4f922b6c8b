import SIP

/// The keep-alive of one flow, and what was asked of it.
struct FlowKeepAlive {
  /// What an answer or an account asks for.
  struct Wish: Equatable {
    var pace: KeepAlive.Pace
    var awaitsPong: Bool
  }

  var wish: Wish
  var machine: KeepAlive

  init(_ wish: Wish) {
    self.wish = wish
    machine = KeepAlive(pace: wish.pace, awaitsPong: wish.awaitsPong)
  }
}
