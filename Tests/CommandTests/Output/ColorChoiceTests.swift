import Testing

@testable import sipreconcile

@Suite struct ColorChoiceTests {
  @Test func autoColoursTerminalsOnly() {
    #expect(ColorChoice.auto.isEnabled(isTerminal: true, environment: [:]))
    #expect(!ColorChoice.auto.isEnabled(isTerminal: false, environment: [:]))
    #expect(!ColorChoice.auto.isEnabled(isTerminal: true, environment: ["TERM": "dumb"]))
  }

  @Test func noColorIsHonouredWhereItIsNotEmpty() {
    #expect(!ColorChoice.auto.isEnabled(isTerminal: true, environment: ["NO_COLOR": "1"]))
    #expect(ColorChoice.auto.isEnabled(isTerminal: true, environment: ["NO_COLOR": ""]))
  }

  @Test func theOptionWins() {
    #expect(ColorChoice.always.isEnabled(isTerminal: false, environment: ["NO_COLOR": "1"]))
    #expect(!ColorChoice.never.isEnabled(isTerminal: true, environment: [:]))
  }
}
