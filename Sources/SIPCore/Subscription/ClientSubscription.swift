package import E911Values

/// A subscription from the subscriber's side (RFC 6665 section 4.1), which never gives up: whatever ends it, it is made
/// anew, at the pace of ``SubscriptionPacing``.
///
/// ```
///     idle -> subscribing -- 2xx --> active <--> refreshing          (one dialog)
///               ^     |                |
///               |  failure   terminated, run out, 481
///               |     v                v
///               '-- waiting <----------'
///                 unsubscribing -> ended       (at the user's wish, from any of them)
/// ```
///
/// The machine knows no message and no dialog. It says when to send which SUBSCRIBE, when the dialog is to be
/// forgotten, and what to tell the user. Answers to NOTIFY are none of its business: they are given by headers alone.
///
/// - A NOTIFY may come before the 2xx and makes the dialog (RFC 6665 section 4.1.2.4); if the 2xx is lost for good, the
///   subscription stands all the same.
/// - A refresh that fails does not end the subscription: it is tried again until the granted time is over, and
///   NOTIFYs are read meanwhile. Only 481 ends it, and the next one is made at once.
/// - Timer N runs from each 2xx. In server scope only a NOTIFY with a body stops it, since a notifier that does not
///   know server-wide subscriptions accepts one, sends an empty NOTIFY and falls silent.
package enum ClientSubscription: Equatable, Sendable {
    case idle
    case subscribing(Subscribing)
    case active(Active)
    case refreshing(Refreshing)
    case waiting(Waiting)
    case unsubscribing(Unsubscribing)
    case ended

    /// What is remembered over all dialogs.
    package struct Course: Equatable, Sendable {
        /// The Expires that is asked for, in seconds; risen by a 423.
        package var asked: UInt32
        /// How often a 423 raised it since the last 2xx or refusal.
        package var raises = 0
        /// Passing failures since the last 2xx.
        package var failures = 0
        /// Refusals since the last 2xx.
        package var refusals = 0
        /// Terminations without a healthy subscription between them.
        package var restarts = 0
        /// Timer N fired so often without a NOTIFY between.
        package var silences = 0

        package init(asked: UInt32) {
            self.asked = asked
        }

        /// Whether the Min-Expires of a 423 is followed: it asks for more than we asked, and within reason.
        mutating func raise(to minimum: UInt32?) -> Bool {
            guard let minimum, minimum > asked, minimum <= SubscriptionPacing.longestExpires,
                raises < SubscriptionPacing.mostRaises
            else { return false }
            asked = minimum
            raises += 1
            return true
        }

        mutating func accepted() {
            raises = 0
            failures = 0
            refusals = 0
        }

        mutating func refused() {
            raises = 0
            refusals += 1
        }
    }

    package struct Subscribing: Equatable, Sendable {
        package var course: Course
        /// When the subscription ends by what a NOTIFY said before the 2xx; `nil` without one.
        package var notifiedEnd: MonotonicTime?
        /// Whether that NOTIFY stops Timer N.
        package var isHeard = false
    }

    package struct Active: Equatable, Sendable {
        package var course: Course
        package let since: MonotonicTime
        package var endsAt: MonotonicTime
        package var refreshAt: MonotonicTime
        /// Timer N; `nil` when nothing is missed.
        package var notifyBy: MonotonicTime?
    }

    package struct Refreshing: Equatable, Sendable {
        /// The subscription as it stands until the answer.
        package var active: Active
        /// Whether a NOTIFY that stops Timer N came since the request.
        package var isHeard = false
    }

    package struct Waiting: Equatable, Sendable {
        package let course: Course
        package let until: MonotonicTime
    }

    package enum Unsubscribing: Equatable, Sendable {
        /// A SUBSCRIBE is under way that cannot be called back. With a dialog the end is asked for whatever the answer.
        case awaitingAnswer(hasDialog: Bool)
        /// Expires 0 was sent: its answer and the last NOTIFY are missing.
        case sent(endsAt: MonotonicTime)
        /// The last NOTIFY came, the answer is missing.
        case notified(endsAt: MonotonicTime)
        /// The answer came, the last NOTIFY is missing.
        case answered(endsAt: MonotonicTime)
    }

    package enum Failure: Hashable, Sendable {
        /// 481
        case dialogUnknown
        /// 408, 5xx, no answer, no transport
        case passing
        /// Anything else
        case refusal
    }

    package enum Reason: Hashable, Sendable {
        /// deactivated, timeout
        case atOnce
        /// rejected, invariant
        case rejected
        /// noresource
        case noResource
        /// probation, giveup, any other, none
        case later
    }

    package enum Input: Hashable, Sendable {
        case start
        /// A 2xx and its Expires.
        case accepted(expires: UInt32?)
        /// A 423 and its Min-Expires.
        case intervalTooBrief(minimum: UInt32?)
        case failed(Failure, retryAfter: UInt32?)
        /// A NOTIFY that was answered 200, in the states active and pending.
        case notified(expires: UInt32?, hasBody: Bool)
        case terminated(Reason, retryAfter: UInt32?)
        case time
        /// The user wants a refresh.
        case refresh
        /// The user wants an end.
        case unsubscribe
    }

    /// Which SUBSCRIBE to send, with its Expires.
    package enum Request: Hashable, Sendable {
        /// In a new dialog: another Call-ID, no To tag.
        case initial(expires: UInt32)
        /// The same again with another Expires, before there is a dialog.
        case again(expires: UInt32)
        /// In the dialog.
        case refresh(expires: UInt32)
    }

    package enum Report: Hashable, Sendable {
        case accepted(granted: UInt32)
        case failed(retryIn: Duration)
        case terminated(retryIn: Duration)
        case silent
        case ended
    }

    /// What is to be done, in the order of the fields.
    package struct Outcome: Hashable, Sendable {
        /// The dialog is over: NOTIFYs in it are answered 481 from now on, and the request under way is of no interest.
        package var forgetsDialog = false
        package var report: Report?
        package var request: Request?

        package init(_ report: Report? = nil, _ request: Request? = nil, forgetsDialog: Bool = false) {
            self.report = report
            self.request = request
            self.forgetsDialog = forgetsDialog
        }

        package static let nothing = Outcome()
    }

    /// What does not change.
    package struct Rules: Equatable, Sendable {
        /// The Expires to ask for, in seconds.
        package var expires: UInt32
        package var scope: SubscriptionScope
        /// 64*T1.
        package var timerN: Duration

        package init(expires: UInt32, scope: SubscriptionScope, timerN: Duration) {
            self.expires = expires
            self.scope = scope
            self.timerN = timerN
        }
    }

    /// When ``Input/time`` is wanted.
    package var deadline: MonotonicTime? {
        switch self {
        case .active(let state): min(state.refreshAt, state.endsAt, state.notifyBy ?? .distantFuture)
        case .waiting(let state): state.until
        case .unsubscribing(.sent(let end)), .unsubscribing(.notified(let end)), .unsubscribing(.answered(let end)): end
        case .idle, .subscribing, .refreshing, .unsubscribing(.awaitingAnswer), .ended: nil
        }
    }

    /// Whether it waits to try again what was refused, with the subscription over or still standing.
    package var isRefused: Bool {
        switch self {
        case .active(let state): state.course.refusals > 0
        case .waiting(let state): state.course.refusals > 0
        case .idle, .subscribing, .refreshing, .unsubscribing, .ended: false
        }
    }

    /// - Parameter jitter: random bits, used for a pause if one is needed.
    package mutating func handle(
        _ input: Input, at now: MonotonicTime, _ rules: Rules, jitter: UInt64
    ) -> Outcome {
        let step = Step(now: now, rules: rules, jitter: jitter)
        switch self {
        case .idle: return idle(input, step)
        case .subscribing(let state): return subscribing(state, input, step)
        case .active(let state): return active(state, input, step)
        case .refreshing(let state): return refreshing(state, input, step)
        case .waiting(let state): return waiting(state, input, step)
        case .unsubscribing(let state): return unsubscribing(state, input, step)
        case .ended: return .nothing
        }
    }

    /// The surroundings of one step.
    struct Step {
        let now: MonotonicTime
        let rules: Rules
        let jitter: UInt64

        /// Whether a NOTIFY stops Timer N.
        func isHeard(hasBody: Bool) -> Bool { hasBody || rules.scope == .aor }
    }
}

/// What a subscription is about.
public enum SubscriptionScope: Hashable, Sendable {
    /// All of a server: silence is a fault.
    case server
    /// One address of record: a phone that is not registered is silent.
    case aor
}
