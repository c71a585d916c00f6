internal import E911Values

/// The states with a dialog, or on the way to one.
extension ClientSubscription {
    mutating func idle(_ input: Input, _ step: Step) -> Outcome {
        switch input {
        case .start:
            return subscribe(Course(asked: step.rules.expires))
        case .unsubscribe:
            self = .ended
            return Outcome(.ended)
        case .accepted, .intervalTooBrief, .failed, .notified, .terminated, .time, .refresh:
            return .nothing
        }
    }

    mutating func subscribing(_ old: Subscribing, _ input: Input, _ step: Step) -> Outcome {
        var state = old
        switch input {
        case .accepted(let expires):
            let granted = min(expires ?? old.course.asked, old.course.asked)
            guard granted > 0 else { return wait(old.course, nil, step, forgetsDialog: true) }
            state.course.accepted()
            let end = min(step.now + .seconds(Int64(granted)), old.notifiedEnd ?? .distantFuture)
            activate(state.course, since: step.now, end, notifyBy: old.isHeard ? nil : step.rules.timerN, step)
            return Outcome(.accepted(granted: granted))
        case .intervalTooBrief(let minimum):
            guard state.course.raise(to: minimum) else { return refused(old.course, nil, step) }
            self = .subscribing(state)
            return Outcome(nil, .again(expires: state.course.asked))
        case .failed(.passing, let retryAfter):
            guard let end = old.notifiedEnd else { return wait(old.course, retryAfter, step, forgetsDialog: true) }
            // The 2xx is lost, the NOTIFY is not: the dialog stands (RFC 6665 section 4.1.2.4).
            let pause = failure(&state.course, retryAfter, step)
            activate(state.course, since: step.now, end, notifyBy: nil, step)
            return retry(in: pause, step)
        case .failed(.dialogUnknown, let retryAfter), .failed(.refusal, let retryAfter):
            return refused(old.course, retryAfter, step)
        case .notified(let expires, let hasBody):
            // Without an expires it lasts as long as was asked for.
            let seconds = expires.map { $0 > 0 ? min($0, old.course.asked) : old.course.asked } ?? old.course.asked
            state.notifiedEnd = step.now + .seconds(Int64(seconds))
            state.isHeard = old.isHeard || step.isHeard(hasBody: hasBody)
            if state.isHeard { state.course.silences = 0 }
            self = .subscribing(state)
            return .nothing
        case .terminated(let reason, let retryAfter):
            return terminated(old.course, since: step.now, reason, retryAfter, step)
        case .unsubscribe:
            self = .unsubscribing(.awaitingAnswer(hasDialog: old.notifiedEnd != nil))
            return .nothing
        case .start, .time, .refresh:
            return .nothing
        }
    }

    mutating func active(_ old: Active, _ input: Input, _ step: Step) -> Outcome {
        var state = old
        switch input {
        case .notified(let expires, let hasBody):
            hear(&state, expires, step.isHeard(hasBody: hasBody), step)
            self = .active(state)
            return .nothing
        case .terminated(let reason, let retryAfter):
            return terminated(old.course, since: old.since, reason, retryAfter, step)
        case .time:
            return time(old, step)
        case .refresh:
            return refresh(old)
        case .unsubscribe:
            return leave(step)
        case .start, .accepted, .intervalTooBrief, .failed:
            return .nothing
        }
    }

    mutating func refreshing(_ old: Refreshing, _ input: Input, _ step: Step) -> Outcome {
        var state = old
        let course = old.active.course
        switch input {
        case .accepted(let expires):
            let granted = min(expires ?? course.asked, course.asked)
            guard granted > 0 else { return terminated(course, since: old.active.since, .later, nil, step) }
            state.active.course.accepted()
            let end = step.now + .seconds(Int64(granted))
            let timerN = old.isHeard ? nil : step.rules.timerN
            activate(state.active.course, since: old.active.since, end, notifyBy: timerN, step)
            return Outcome(.accepted(granted: granted))
        case .intervalTooBrief(let minimum):
            guard state.active.course.raise(to: minimum) else { return refreshRefused(old.active, nil, step) }
            self = .refreshing(state)
            return Outcome(nil, .refresh(expires: state.active.course.asked))
        case .failed(.dialogUnknown, _):
            _ = subscribe(course)
            return Outcome(.failed(retryIn: .zero), .initial(expires: course.asked), forgetsDialog: true)
        case .failed(.passing, let retryAfter):
            let pause = failure(&state.active.course, retryAfter, step)
            self = .active(state.active)
            return retry(in: pause, step)
        case .failed(.refusal, let retryAfter):
            return refreshRefused(old.active, retryAfter, step)
        case .notified(let expires, let hasBody):
            let isHeard = step.isHeard(hasBody: hasBody)
            hear(&state.active, expires, isHeard, step)
            state.isHeard = old.isHeard || isHeard
            self = .refreshing(state)
            return .nothing
        case .terminated(let reason, let retryAfter):
            return terminated(course, since: old.active.since, reason, retryAfter, step)
        case .unsubscribe:
            self = .unsubscribing(.awaitingAnswer(hasDialog: true))
            return .nothing
        case .start, .time, .refresh:
            return .nothing
        }
    }

    /// Timer N, the refresh, and the end of the granted time, whichever is due.
    private mutating func time(_ old: Active, _ step: Step) -> Outcome {
        if let notifyBy = old.notifyBy, notifyBy <= step.now {
            var state = old
            state.notifyBy = nil
            if step.rules.scope == .server {
                state.refreshAt = min(
                    old.refreshAt, step.now + SubscriptionPacing.slowly(refusals: old.course.silences))
            }
            state.course.silences += 1
            self = .active(state)
            return Outcome(.silent)
        }
        if old.refreshAt <= step.now, old.refreshAt <= old.endsAt { return refresh(old) }
        guard old.endsAt <= step.now else { return .nothing }
        // Refreshes failed, and the next try lies behind the end.
        if old.refreshAt <= step.now {
            _ = subscribe(old.course)
            return Outcome(
                .terminated(retryIn: .zero), .initial(expires: old.course.asked), forgetsDialog: true)
        }
        self = .waiting(Waiting(course: old.course, until: old.refreshAt))
        return Outcome(.terminated(retryIn: old.refreshAt - step.now), forgetsDialog: true)
    }

    private mutating func refresh(_ old: Active) -> Outcome {
        self = .refreshing(Refreshing(active: old))
        return Outcome(nil, .refresh(expires: old.course.asked))
    }

    private mutating func refreshRefused(_ old: Active, _ retryAfter: UInt32?, _ step: Step) -> Outcome {
        var state = old
        let pause = max(
            SubscriptionPacing.slowly(refusals: old.course.refusals), SubscriptionPacing.wish(retryAfter))
        state.course.refused()
        self = .active(state)
        return retry(in: pause, step)
    }

    /// Tries the refresh again after a pause; the machine is in `active`.
    private mutating func retry(in pause: Duration, _ step: Step) -> Outcome {
        guard case .active(var state) = self else { return .nothing }
        state.refreshAt = step.now + pause
        self = .active(state)
        return Outcome(.failed(retryIn: pause))
    }

    /// Takes in what a NOTIFY says: the end only ever comes nearer.
    private func hear(_ state: inout Active, _ expires: UInt32?, _ isHeard: Bool, _ step: Step) {
        if let expires, expires > 0 {
            let left = Duration.seconds(Int64(expires))
            state.endsAt = min(state.endsAt, step.now + left)
            state.refreshAt = min(state.refreshAt, step.now + SubscriptionPacing.refreshDelay(granted: left))
        }
        if isHeard {
            state.notifyBy = nil
            state.course.silences = 0
        }
    }

    private mutating func activate(
        _ course: Course, since: MonotonicTime, _ end: MonotonicTime, notifyBy: Duration?, _ step: Step
    ) {
        let granted = end - step.now
        let refreshAt =
            step.now
            + (step.rules.scope == .aor
                ? SubscriptionPacing.refreshDelay(granted: granted, jitter: step.jitter)
                : SubscriptionPacing.refreshDelay(granted: granted))
        self = .active(
            Active(
                course: course, since: since, endsAt: end, refreshAt: refreshAt,
                notifyBy: notifyBy.map { step.now + $0 }))
    }
}
