BEGIN TRANSACTION;
CREATE TABLE candidates (
            id VARCHAR(32) PRIMARY KEY,
            name TEXT,
            created_at VARCHAR(40) NOT NULL
        );
INSERT INTO "candidates" VALUES('me',NULL,'2026-11-22T00:01:00+00:00');
CREATE TABLE documents (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            kind VARCHAR(20) NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            language VARCHAR(8) NOT NULL,
            created_at VARCHAR(40) NOT NULL,
            edited_at VARCHAR(40)
        );
INSERT INTO "documents" VALUES('1eb80172c37fa48a7456b06a315829cb','me','resume','이력서 .pdf','경력 요약
- 결제 서버 개발 ','ko','2026-11-22T00:02:00+00:00',NULL);
INSERT INTO "documents" VALUES('65dc61140758ebcaf9e255572319218b','me','posting','공고.md','자격 요건: Python ','ko','2026-11-22T00:03:00+00:00',NULL);
CREATE TABLE plan_documents (
            plan_id VARCHAR(32) NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
            document_id VARCHAR(32) NOT NULL REFERENCES documents (id),
            position INTEGER NOT NULL,
            PRIMARY KEY (plan_id, document_id)
        );
INSERT INTO "plan_documents" VALUES('424fc326c354cd041ee00bc9c30fc605','1eb80172c37fa48a7456b06a315829cb',0);
INSERT INTO "plan_documents" VALUES('424fc326c354cd041ee00bc9c30fc605','65dc61140758ebcaf9e255572319218b',1);
CREATE TABLE plans (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            plan TEXT NOT NULL,
            matrix TEXT NOT NULL,
            created_at VARCHAR(40) NOT NULL,
            edited_at VARCHAR(40)
        );
INSERT INTO "plans" VALUES('424fc326c354cd041ee00bc9c30fc605','me','{"request":{"kind":"mixed","minutes":20,"difficulty":"normal","language":"ko","interviewers":1,"pressure":false,"seed":0},"position":"백엔드 개발자","family":"software","interviewers":[{"name":"김민수","title":"팀장","tone":"neutral","voice":null}],"questions":[{"id":"q1","kind":"project","text":"가장 어려웠던 프로젝트를 말씀해 주세요. ","source":"bank","competency":"문제 해결","shows":"구조 ","star":true,"points":[],"follow_ups":[],"requirement_id":null,"evidence":"","interviewer":0,"seconds":150,"max_probes":2,"preparation_s":0,"pinned":false},{"id":"q2","kind":"technical","text":"캐시는 왜 쓰셨습니까?","source":"model","competency":"기술","shows":"근거","star":false,"points":[{"name":"지연 ","cues":["지연","latency"]}],"follow_ups":[],"requirement_id":null,"evidence":"","interviewer":0,"seconds":150,"max_probes":2,"preparation_s":0,"pinned":false}],"notes":[]}','{"rows":[{"requirement":{"id":"r1","text":"대용량 처리 ","must":true},"evidence":[{"chunk_id":"c1","text":"응답 시간을 40% 줄임 ","score":0.8}],"strength":"partial","gap":"규모 "}]}','2026-11-22T00:04:00+00:00',NULL);
CREATE TABLE recordings (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            samples BIGINT NOT NULL,
            bytes BIGINT NOT NULL,
            PRIMARY KEY (session_id, number)
        );
CREATE TABLE session_models (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            role VARCHAR(20) NOT NULL,
            model_id VARCHAR(200) NOT NULL,
            title TEXT NOT NULL,
            licence TEXT NOT NULL,
            PRIMARY KEY (session_id, role, model_id)
        );
INSERT INTO "session_models" VALUES('82272cf95ff07aa3678777268f908109','llm','qwen2.5-coder-1.5b','Qwen2.5 Coder 1.5B','Apache-2.0');
INSERT INTO "session_models" VALUES('82272cf95ff07aa3678777268f908109','stt','whisper-base','Whisper base','MIT');
CREATE TABLE sessions (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            plan_id VARCHAR(32) NOT NULL REFERENCES plans (id),
            plan TEXT NOT NULL,
            status VARCHAR(20) NOT NULL,
            state TEXT NOT NULL,
            keep_audio BOOLEAN NOT NULL,
            started_at VARCHAR(40) NOT NULL,
            updated_at VARCHAR(40) NOT NULL,
            ended_at VARCHAR(40)
        );
INSERT INTO "sessions" VALUES('82272cf95ff07aa3678777268f908109','me','424fc326c354cd041ee00bc9c30fc605','{"request":{"kind":"mixed","minutes":20,"difficulty":"normal","language":"ko","interviewers":1,"pressure":false,"seed":0},"position":"백엔드 개발자","family":"software","interviewers":[{"name":"김민수","title":"팀장","tone":"neutral","voice":null}],"questions":[{"id":"q1","kind":"project","text":"가장 어려웠던 프로젝트를 말씀해 주세요. ","source":"bank","competency":"문제 해결","shows":"구조 ","star":true,"points":[],"follow_ups":[],"requirement_id":null,"evidence":"","interviewer":0,"seconds":150,"max_probes":2,"preparation_s":0,"pinned":false},{"id":"q2","kind":"technical","text":"캐시는 왜 쓰셨습니까?","source":"model","competency":"기술","shows":"근거","star":false,"points":[{"name":"지연 ","cues":["지연","latency"]}],"follow_ups":[],"requirement_id":null,"evidence":"","interviewer":0,"seconds":150,"max_probes":2,"preparation_s":0,"pinned":false}],"notes":[]}','active','{"at": 3, "note": ""}',0,'2026-11-22T00:05:00+00:00','2026-11-22T00:12:00+00:00',NULL);
CREATE TABLE turns (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            speaker VARCHAR(20) NOT NULL,
            step VARCHAR(20) NOT NULL,
            question_id VARCHAR(100),
            text TEXT NOT NULL,
            written TEXT NOT NULL,
            start_sample BIGINT NOT NULL,
            end_sample BIGINT NOT NULL,
            language VARCHAR(8) NOT NULL,
            words TEXT NOT NULL,
            interrupted BOOLEAN NOT NULL,
            intent VARCHAR(40) NOT NULL,
            aim VARCHAR(200) NOT NULL,
            committed_at VARCHAR(40) NOT NULL,
            PRIMARY KEY (session_id, number)
        );
INSERT INTO "turns" VALUES('82272cf95ff07aa3678777268f908109',0,'interviewer','question','q1','0번째 말입니다','0번째 말입니다',7,15999,'ko','[["0번째",0,700,0.5],["말입니다",800,1500,0.5]]',0,'','aim ','2026-11-22T00:07:00+00:00');
INSERT INTO "turns" VALUES('82272cf95ff07aa3678777268f908109',1,'candidate','question','q1','1번째 말입니다','1번째 말입니다',16007,31999,'ko','[["1번째",0,700,0.5],["말입니다",800,1500,0.5]]',0,'','aim ','2026-11-22T00:09:00+00:00');
INSERT INTO "turns" VALUES('82272cf95ff07aa3678777268f908109',2,'interviewer','question','q2','2번째 말입니다','2번째 말입니다',32007,47999,'ko','[["2번째",0,700,0.5],["말입니다",800,1500,0.5]]',0,'','aim ','2026-11-22T00:11:00+00:00');
INSERT INTO "turns" VALUES('82272cf95ff07aa3678777268f908109',3,'candidate','question','q2','3번째 말입니다','3번째 말입니다',48007,63999,'ko','[["3번째",0,700,0.5],["말입니다",800,1500,0.5]]',0,'','aim ','2026-11-22T00:13:00+00:00');
CREATE INDEX plan_documents_by_document ON plan_documents (document_id);
CREATE INDEX sessions_by_plan ON sessions (plan_id);
PRAGMA user_version = 1;
COMMIT;
