import E911Values
import Testing

@testable import SIPCore

/// A time so many milliseconds behind the start of a table's transaction.
func at(_ milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
}

/// One column of a table: an input, when it comes, and a name for the report.
struct Column<Input: Sendable>: Sendable {
    let name: String
    let input: Input
    let at: Int

    init(_ name: String, _ input: Input, at: Int) {
        self.name = name
        self.input = input
        self.at = at
    }
}

/// One row: a state, and for each column in turn the action and the state behind it (`nil`: the same state).
struct TableRow<Machine: Sendable, Action: Sendable>: Sendable {
    let name: String
    let state: Machine
    let outcomes: [(Action, Machine?)]

    init(_ name: String, _ state: Machine, _ outcomes: [(Action, Machine?)]) {
        self.name = name
        self.state = state
        self.outcomes = outcomes
    }
}

/// Runs every column's input in every row's state, and checks that every pair is written down.
func checkTable<Machine: Equatable & Sendable, Input: Sendable, Action: Equatable & Sendable>(
    _ columns: [Column<Input>], _ rows: [TableRow<Machine, Action>],
    step: (inout Machine, Input, MonotonicTime) -> Action
) {
    for row in rows {
        #expect(row.outcomes.count == columns.count, "\(row.name) lacks inputs")
        for (column, outcome) in zip(columns, row.outcomes) {
            var machine = row.state
            let action = step(&machine, column.input, at(column.at))
            #expect(action == outcome.0, "\(row.name), \(column.name)")
            #expect(machine == outcome.1 ?? row.state, "\(row.name), \(column.name)")
        }
    }
}
