import E911Values
import Testing

@testable import SIPCore

/// Contract section 2 and RFC 6665 section 4.1: all pairs of state and input, in server scope, jitter 0.
@Suite struct ClientSubscriptionTableTests {
    typealias Machine = ClientSubscription
    typealias Outcome = ClientSubscription.Outcome

    static let rules = Machine.Rules(expires: 3761, scope: .server, timerN: .seconds(32))
    /// Most inputs come 100 s behind the start.
    static let columns: [Column<Machine.Input>] = [
        Column("start", .start, at: 100_000),
        Column("2xx", .accepted(expires: nil), at: 100_000),
        Column("2xx 1000 s", .accepted(expires: 1000), at: 100_000),
        Column("2xx 0 s", .accepted(expires: 0), at: 100_000),
        Column("423", .intervalTooBrief(minimum: nil), at: 100_000),
        Column("423 7200 s", .intervalTooBrief(minimum: 7200), at: 100_000),
        Column("481", .failed(.dialogUnknown, retryAfter: nil), at: 100_000),
        Column("503", .failed(.passing, retryAfter: nil), at: 100_000),
        Column("503 and 600 s", .failed(.passing, retryAfter: 600), at: 100_000),
        Column("403", .failed(.refusal, retryAfter: nil), at: 100_000),
        Column("NOTIFY", .notified(expires: nil, hasBody: true), at: 100_000),
        Column("NOTIFY 100 s", .notified(expires: 100, hasBody: true), at: 100_000),
        Column("NOTIFY, empty", .notified(expires: nil, hasBody: false), at: 100_000),
        Column("deactivated", .terminated(.atOnce, retryAfter: nil), at: 100_000),
        Column("rejected", .terminated(.rejected, retryAfter: nil), at: 100_000),
        Column("noresource", .terminated(.noResource, retryAfter: nil), at: 100_000),
        Column("giveup", .terminated(.later, retryAfter: nil), at: 100_000),
        Column("probation 30 s", .terminated(.later, retryAfter: 30), at: 100_000),
        Column("10 s", .time, at: 10_000),
        Column("32 s", .time, at: 32_000),
        Column("800 s", .time, at: 800_000),
        Column("1000 s", .time, at: 1_000_000),
        Column("refresh", .refresh, at: 100_000),
        Column("unsubscribe", .unsubscribe, at: 100_000),
    ]

    static let course = Machine.Course(asked: 3761)

    static func course(
        asked: UInt32 = 3761, failures: Int = 0, refusals: Int = 0, restarts: Int = 0, silences: Int = 0
    ) -> Machine.Course {
        var course = Machine.Course(asked: asked)
        course.raises = asked == 3761 ? 0 : 1
        course.failures = failures
        course.refusals = refusals
        course.restarts = restarts
        course.silences = silences
        return course
    }

    static func active(
        _ course: Machine.Course = course, since: Int = 0, end: Int, refresh: Int, notifyBy: Int? = nil
    ) -> Machine.Active {
        Machine.Active(
            course: course, since: at(since), endsAt: at(end), refreshAt: at(refresh), notifyBy: notifyBy.map(at))
    }

    static func waiting(_ course: Machine.Course, until: Int) -> Machine {
        .waiting(Machine.Waiting(course: course, until: at(until)))
    }

    static func subscribing(_ course: Machine.Course = course) -> Machine {
        .subscribing(Machine.Subscribing(course: course))
    }

    static func same(_ count: Int) -> [(Outcome, Machine?)] { Array(repeating: (.nothing, nil), count: count) }

    static func ends(_ pause: Duration, _ course: Machine.Course, at now: Int) -> (Outcome, Machine?) {
        (
            Outcome(.terminated(retryIn: pause), forgetsDialog: true),
            waiting(course, until: now + Int(pause.components.seconds) * 1000)
        )
    }

    static let restart: (Outcome, Machine?) = (
        Outcome(.terminated(retryIn: .zero), .initial(expires: 3761), forgetsDialog: true),
        subscribing(course(restarts: 1))
    )

    /// A notifier ends what is or was being subscribed.
    static let terminations: [(Outcome, Machine?)] = [
        restart,
        ends(.seconds(900), course(restarts: 1), at: 100_000),
        ends(.seconds(900), course(restarts: 1), at: 100_000),
        ends(.seconds(1), course(restarts: 1), at: 100_000),
        ends(.seconds(30), course(restarts: 1), at: 100_000),
    ]

    static func fails(_ pause: Duration, _ machine: Machine, forgets: Bool = true) -> (Outcome, Machine?) {
        (Outcome(.failed(retryIn: pause), forgetsDialog: forgets), machine)
    }

    static let idle = TableRow<Machine, Outcome>(
        "idle", .idle,
        [(Outcome(nil, .initial(expires: 3761)), subscribing())] + same(22) + [(Outcome(.ended), .ended)])

    static let subscribingRow = TableRow<Machine, Outcome>(
        "subscribing", subscribing(),
        [
            (.nothing, nil),
            (
                Outcome(.accepted(granted: 3761)),
                .active(active(since: 100_000, end: 3_861_000, refresh: 3_108_800, notifyBy: 132_000))
            ),
            (
                Outcome(.accepted(granted: 1000)),
                .active(active(since: 100_000, end: 1_100_000, refresh: 900_000, notifyBy: 132_000))
            ),
            fails(.seconds(1), waiting(course(failures: 1), until: 101_000)),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            (Outcome(nil, .again(expires: 7200)), subscribing(course(asked: 7200))),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            fails(.seconds(1), waiting(course(failures: 1), until: 101_000)),
            fails(.seconds(600), waiting(course(failures: 1), until: 700_000)),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(3_861_000), isHeard: true))),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(200_000), isHeard: true))),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(3_861_000), isHeard: false))),
        ] + terminations + same(5) + [(.nothing, .unsubscribing(.awaitingAnswer(hasDialog: false)))])

    /// The NOTIFY said 600 s, and came before the 2xx.
    static let notified = Machine.subscribing(.init(course: course, notifiedEnd: at(600_000), isHeard: true))

    static let notifiedRow = TableRow<Machine, Outcome>(
        "subscribing, notified", notified,
        [
            (.nothing, nil),
            (
                Outcome(.accepted(granted: 3761)),
                .active(active(since: 100_000, end: 600_000, refresh: 500_000))
            ),
            (
                Outcome(.accepted(granted: 1000)),
                .active(active(since: 100_000, end: 600_000, refresh: 500_000))
            ),
            fails(.seconds(1), waiting(course(failures: 1), until: 101_000)),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            (
                Outcome(nil, .again(expires: 7200)),
                .subscribing(.init(course: course(asked: 7200), notifiedEnd: at(600_000), isHeard: true))
            ),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            fails(
                .seconds(1), .active(active(course(failures: 1), since: 100_000, end: 600_000, refresh: 101_000)),
                forgets: false),
            fails(
                .seconds(600),
                .active(active(course(failures: 1), since: 100_000, end: 600_000, refresh: 700_000)), forgets: false),
            fails(.seconds(60), waiting(course(refusals: 1), until: 160_000)),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(3_861_000), isHeard: true))),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(200_000), isHeard: true))),
            (.nothing, .subscribing(.init(course: course, notifiedEnd: at(3_861_000), isHeard: true))),
        ] + terminations + same(5) + [born])

    static let refreshed: (Outcome, Machine?) = (
        Outcome(nil, .refresh(expires: 3761)), .refreshing(.init(active: active(end: 1_000_000, refresh: 800_000)))
    )

    static let activeRow = TableRow<Machine, Outcome>(
        "active", .active(active(end: 1_000_000, refresh: 800_000)),
        same(10) + [
            (.nothing, nil),
            (.nothing, .active(active(end: 200_000, refresh: 170_000))),
            (.nothing, nil),
        ] + terminations + same(2) + [
            refreshed, refreshed, refreshed,
            (Outcome(nil, .refresh(expires: 0)), .unsubscribing(.sent(endsAt: at(132_000)))),
        ])

    static let unheard = active(end: 1_000_000, refresh: 800_000, notifyBy: 32_000)

    /// The refresh comes 60 s behind the silence.
    static func silent(at now: Int) -> (Outcome, Machine?) {
        (
            Outcome(.silent),
            .active(active(course(silences: 1), end: 1_000_000, refresh: min(now + 60_000, 800_000)))
        )
    }

    static let unheardRow = TableRow<Machine, Outcome>(
        "active, silent so far", .active(unheard),
        same(10) + [
            (.nothing, .active(active(end: 1_000_000, refresh: 800_000))),
            (.nothing, .active(active(end: 200_000, refresh: 170_000))),
            (.nothing, nil),
        ] + terminations + [
            (.nothing, nil), silent(at: 32_000), silent(at: 800_000), silent(at: 1_000_000),
            (Outcome(nil, .refresh(expires: 3761)), .refreshing(.init(active: unheard))),
            (Outcome(nil, .refresh(expires: 0)), .unsubscribing(.sent(endsAt: at(132_000)))),
        ])

    /// A refresh failed; the next one lies behind the end.
    static let failing = active(course(failures: 3), end: 900_000, refresh: 1_200_000)

    static let failingRow = TableRow<Machine, Outcome>(
        "active, refresh failed", .active(failing),
        same(10) + [
            (.nothing, nil),
            (.nothing, .active(active(course(failures: 3), end: 200_000, refresh: 170_000))),
            (.nothing, nil),
            (
                Outcome(.terminated(retryIn: .zero), .initial(expires: 3761), forgetsDialog: true),
                subscribing(course(failures: 3, restarts: 1))
            ),
            ends(.seconds(900), course(failures: 3, restarts: 1), at: 100_000),
            ends(.seconds(900), course(failures: 3, restarts: 1), at: 100_000),
            ends(.seconds(1), course(failures: 3, restarts: 1), at: 100_000),
            ends(.seconds(30), course(failures: 3, restarts: 1), at: 100_000),
            (.nothing, nil), (.nothing, nil), (.nothing, nil),
            ends(.seconds(200), course(failures: 3), at: 1_000_000),
            (Outcome(nil, .refresh(expires: 3761)), .refreshing(.init(active: failing))),
            (Outcome(nil, .refresh(expires: 0)), .unsubscribing(.sent(endsAt: at(132_000)))),
        ])

    static let standing = active(end: 1_000_000, refresh: 800_000)

    static let refreshingRow = TableRow<Machine, Outcome>(
        "refreshing", .refreshing(.init(active: standing)),
        [
            (.nothing, nil),
            (
                Outcome(.accepted(granted: 3761)),
                .active(active(end: 3_861_000, refresh: 3_108_800, notifyBy: 132_000))
            ),
            (
                Outcome(.accepted(granted: 1000)),
                .active(active(end: 1_100_000, refresh: 900_000, notifyBy: 132_000))
            ),
            ends(.seconds(1), course(restarts: 1), at: 100_000),
            fails(.seconds(60), .active(active(course(refusals: 1), end: 1_000_000, refresh: 160_000)), forgets: false),
            (
                Outcome(nil, .refresh(expires: 7200)),
                .refreshing(.init(active: active(course(asked: 7200), end: 1_000_000, refresh: 800_000)))
            ),
            (Outcome(.failed(retryIn: .zero), .initial(expires: 3761), forgetsDialog: true), subscribing()),
            fails(.seconds(1), .active(active(course(failures: 1), end: 1_000_000, refresh: 101_000)), forgets: false),
            fails(
                .seconds(600), .active(active(course(failures: 1), end: 1_000_000, refresh: 700_000)), forgets: false),
            fails(.seconds(60), .active(active(course(refusals: 1), end: 1_000_000, refresh: 160_000)), forgets: false),
            (.nothing, .refreshing(.init(active: standing, isHeard: true))),
            (.nothing, .refreshing(.init(active: active(end: 200_000, refresh: 170_000), isHeard: true))),
            (.nothing, nil),
        ] + terminations + same(5) + [born])

    static let waitingRow = TableRow<Machine, Outcome>(
        "waiting", waiting(course(failures: 2), until: 32_000),
        same(18) + [
            (.nothing, nil),
            (Outcome(nil, .initial(expires: 3761)), subscribing(course(failures: 2))),
            (Outcome(nil, .initial(expires: 3761)), subscribing(course(failures: 2))),
            (Outcome(nil, .initial(expires: 3761)), subscribing(course(failures: 2))),
            (Outcome(nil, .initial(expires: 3761)), subscribing(course(failures: 2))),
            (Outcome(.ended), .ended),
        ])

    static let over: (Outcome, Machine?) = (Outcome(.ended, forgetsDialog: true), .ended)

    static func leaving(
        _ name: String, _ state: Machine.Unsubscribing, accepted: (Outcome, Machine?), last: (Outcome, Machine?)
    )
        -> TableRow<Machine, Outcome>
    {
        return TableRow(
            name, .unsubscribing(state),
            [(.nothing, nil)] + Array(repeating: accepted, count: 3) + Array(repeating: over, count: 6) + same(3)
                + Array(repeating: last, count: 5) + [(.nothing, nil)]
                + Array(repeating: over, count: 3) + same(2))
    }

    static let sent = Machine.Unsubscribing.sent(endsAt: at(32_000))
    static let leave: (Outcome, Machine?) = (
        Outcome(nil, .refresh(expires: 0)), .unsubscribing(.sent(endsAt: at(132_000)))
    )
    static let born: (Outcome, Machine?) = (.nothing, .unsubscribing(.awaitingAnswer(hasDialog: true)))

    static let leavingRows = [
        TableRow<Machine, Outcome>(
            "unsubscribing, the first SUBSCRIBE under way", .unsubscribing(.awaitingAnswer(hasDialog: false)),
            [(.nothing, nil), leave, leave, leave, over, over, over, over, over, over, born, born, born]
                + Array(repeating: over, count: 5) + same(6)),
        TableRow<Machine, Outcome>(
            "unsubscribing, a refresh under way", .unsubscribing(.awaitingAnswer(hasDialog: true)),
            [(.nothing, nil), leave, leave, leave, leave, leave, over, leave, leave, leave] + same(3)
                + Array(repeating: over, count: 5) + same(6)),
        leaving(
            "unsubscribing", sent, accepted: (.nothing, .unsubscribing(.answered(endsAt: at(32_000)))),
            last: (.nothing, .unsubscribing(.notified(endsAt: at(32_000))))),
        leaving(
            "unsubscribing, last NOTIFY came", .notified(endsAt: at(32_000)), accepted: over, last: (.nothing, nil)),
        leaving("unsubscribing, answered", .answered(endsAt: at(32_000)), accepted: (.nothing, nil), last: over),
    ]

    @Test func everyPair() {
        let rows =
            [
                Self.idle, Self.subscribingRow, Self.notifiedRow, Self.activeRow, Self.unheardRow, Self.failingRow,
                Self.refreshingRow, Self.waitingRow,
            ] + Self.leavingRows + [TableRow("ended", .ended, Self.same(Self.columns.count))]
        checkTable(Self.columns, rows) { $0.handle($1, at: $2, Self.rules, jitter: 0) }
    }
}
