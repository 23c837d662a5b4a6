//! Calls of methods of servers: what a Java program of the region does, which has no EXEC CICS command.

use std::sync::Arc;

use super::Region;
use super::program::MethodCall;
use super::task::{Task, Waiting};
use crate::nodes::orb::{Answer, ContextUse, Identity, Invocation, Token};
use crate::nodes::{Ctx, Decide};
use crate::trace::Record;

impl Region {
    /// Calls a method as the task's user, whom the region asserts. Gives the task back where it cannot
    /// even be called.
    pub(super) fn call_method(
        &mut self,
        mut task: Task,
        call: &Arc<MethodCall>,
        ctx: &mut Ctx<'_>,
    ) -> Option<Task> {
        task.commands += 1;
        let own = self.setup.config.csiv2.clone().unwrap_or_default();
        let userid = self.setup.config.userid.clone();
        let stateful = own.stateful;
        let wanted = Invocation {
            server: call.server.clone(),
            method: call.method.clone(),
            token: own.password.map(|password| Token::basic(userid, password)),
            identities: Some(vec![Identity::Principal(task.userid.clone())]),
            forward: None,
            context: if stateful { ContextUse::Stateful } else { ContextUse::Stateless },
            discard: false,
            is_server: true,
        };
        ctx.say(
            Record::new("task.method")
                .task(task.number)
                .text("server", call.server.clone())
                .text("method", call.method.clone())
                .text("userid", task.userid.clone()),
        );
        match self.orb.call(&wanted, ctx) {
            Ok(request) => {
                self.methods.insert(request, task.number);
                task.waiting = Waiting::Method(Arc::clone(call));
                self.tasks.insert(task.number, task);
                None
            }
            Err(raised) => {
                self.set_result(&mut task, call, raised.exception.word());
                Some(task)
            }
        }
    }

    /// Servers have answered.
    pub(super) fn methods_answered(&mut self, answers: Vec<(u32, Answer)>, ctx: &mut Ctx<'_>) {
        for (request, answer) in answers {
            let number = self.methods.remove(&request);
            let task = number.and_then(|number| self.tasks.remove(&number));
            let Some(mut task) = task else { continue };
            let waiting = std::mem::replace(&mut task.waiting, Waiting::Nothing);
            if let Waiting::Method(call) = waiting {
                let told = match &answer {
                    Answer::Returned => "returned",
                    Answer::Raised(raised) => raised.exception.word(),
                };
                self.set_result(&mut task, &call, told);
                self.run(task, ctx);
            }
        }
    }

    fn set_result(&self, task: &mut Task, call: &MethodCall, told: &str) {
        if let Some(level) = task.levels.last_mut() {
            // The loader has checked that the area holds characters.
            let _ = level.areas.assign_text(&call.into, told);
        }
    }
}
