// Questions that fit what was just answered: a click asks one, like the composer does.
import { CornerDownRight } from 'lucide-react';
import { useChatData } from '@chainlit/react-client';

export default function NextQuestions() {
  const { loading, connected } = useChatData();
  return (
    <nav className="sx-next" aria-label="Next questions">
      {props.questions.map((question) => (
        <button key={question} type="button" disabled={loading || !connected} onClick={() => sendUserMessage(question)}>
          <CornerDownRight size={13} aria-hidden="true" /> {question}
        </button>
      ))}
    </nav>
  );
}
