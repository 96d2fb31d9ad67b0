document.title = 'Chatdock';
