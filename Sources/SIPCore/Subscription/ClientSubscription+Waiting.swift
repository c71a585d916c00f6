internal import E911Values

/// The states without a dialog, and the ways into them.
extension ClientSubscription {
    mutating func waiting(_ old: Waiting, _ input: Input, _ step: Step) -> Outcome {
        switch input {
        case .time:
            return old.until <= step.now ? subscribe(old.course) : .nothing
        case .refresh:
            return subscribe(old.course)
        case .unsubscribe:
            self = .ended
            return Outcome(.ended)
        case .start, .accepted, .intervalTooBrief, .failed, .notified, .terminated:
            return .nothing
        }
    }

    mutating func unsubscribing(_ old: Unsubscribing, _ input: Input, _ step: Step) -> Outcome {
        switch (old, input) {
        case (.awaitingAnswer, .accepted), (.awaitingAnswer(hasDialog: true), .failed(.passing, _)),
            (.awaitingAnswer(hasDialog: true), .failed(.refusal, _)),
            (.awaitingAnswer(hasDialog: true), .intervalTooBrief):
            return leave(step)
        case (.awaitingAnswer(hasDialog: false), .notified):
            self = .unsubscribing(.awaitingAnswer(hasDialog: true))
            return .nothing
        case (.sent(let end), .accepted):
            self = .unsubscribing(.answered(endsAt: end))
            return .nothing
        case (.sent(let end), .terminated):
            self = .unsubscribing(.notified(endsAt: end))
            return .nothing
        case (.notified, .accepted), (.answered, .terminated), (.awaitingAnswer, .terminated), (_, .failed),
            (_, .intervalTooBrief):
            self = .ended
            return Outcome(.ended, forgetsDialog: true)
        case (.sent(let end), .time), (.notified(let end), .time), (.answered(let end), .time):
            guard end <= step.now else { return .nothing }
            self = .ended
            return Outcome(.ended, forgetsDialog: true)
        case (.awaitingAnswer, .time), (.notified, .terminated), (.answered, .accepted), (_, .start), (_, .notified),
            (_, .refresh), (_, .unsubscribe):
            return .nothing
        }
    }

    /// Asks the notifier to end the subscription of the dialog.
    mutating func leave(_ step: Step) -> Outcome {
        self = .unsubscribing(.sent(endsAt: step.now + step.rules.timerN))
        return Outcome(nil, .refresh(expires: 0))
    }

    mutating func subscribe(_ course: Course) -> Outcome {
        self = .subscribing(Subscribing(course: course))
        return Outcome(nil, .initial(expires: course.asked))
    }

    /// After a passing failure.
    mutating func wait(
        _ old: Course, _ retryAfter: UInt32?, _ step: Step, forgetsDialog: Bool
    ) -> Outcome {
        var course = old
        let pause = failure(&course, retryAfter, step)
        self = .waiting(Waiting(course: course, until: step.now + pause))
        return Outcome(.failed(retryIn: pause), forgetsDialog: forgetsDialog)
    }

    /// After a refusal.
    mutating func refused(_ old: Course, _ retryAfter: UInt32?, _ step: Step) -> Outcome {
        var course = old
        let pause = max(SubscriptionPacing.slowly(refusals: old.refusals), SubscriptionPacing.wish(retryAfter))
        course.refused()
        self = .waiting(Waiting(course: course, until: step.now + pause))
        return Outcome(.failed(retryIn: pause), forgetsDialog: true)
    }

    /// After the notifier has ended the subscription (RFC 6665 section 4.1.3).
    ///
    /// "At once" holds for a subscription that was healthy; one that ends again and again backs off, or two machines
    /// would keep each other busy.
    mutating func terminated(
        _ old: Course, since: MonotonicTime, _ reason: Reason, _ retryAfter: UInt32?, _ step: Step
    ) -> Outcome {
        var course = old
        if step.now - since >= SubscriptionPacing.healthyAge { course.restarts = 0 }
        let backOff = SubscriptionPacing.backOff(failures: course.restarts, jitter: step.jitter)
        let pause: Duration
        switch reason {
        case .atOnce:
            pause = course.restarts == 0 ? .zero : backOff
        case .rejected:
            pause = SubscriptionPacing.afterRejection
        case .noResource:
            pause =
                step.rules.scope == .aor
                ? SubscriptionPacing.afterNoResourceOfOneAOR : SubscriptionPacing.afterRejection
        case .later:
            let wish = SubscriptionPacing.wish(retryAfter)
            pause = retryAfter == nil || course.restarts > 0 ? max(wish, backOff) : wish
        }
        course.restarts += 1
        guard pause > .zero else {
            _ = subscribe(course)
            return Outcome(.terminated(retryIn: .zero), .initial(expires: course.asked), forgetsDialog: true)
        }
        self = .waiting(Waiting(course: course, until: step.now + pause))
        return Outcome(.terminated(retryIn: pause), forgetsDialog: true)
    }

    /// The pause behind a passing failure.
    func failure(_ course: inout Course, _ retryAfter: UInt32?, _ step: Step) -> Duration {
        let pause = max(
            SubscriptionPacing.backOff(failures: course.failures, jitter: step.jitter),
            SubscriptionPacing.wish(retryAfter))
        course.failures += 1
        return pause
    }
}
